# The gateway, and with another command the example services: `node examples/orders/main.ts`.
FROM node:24-slim

ENV NODE_ENV=production
WORKDIR /app

# First what changes rarely. bin/ is a workspace, so npm reads its package.json too.
COPY package.json package-lock.json ./
COPY bin/package.json bin/
RUN npm ci --omit=dev && npm cache clean --force

COPY . .
# The embedded event log is written here; mount a volume to keep it.
RUN mkdir .sluice && chown node:node .sluice
USER node

# In a container, only other hosts can reach the gateway; unsigned webhooks are refused with this setting.
ENV HOST=0.0.0.0
EXPOSE 4000

CMD ["node", "bin/sluice.ts", "serve"]
