import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool } from 'undici';
import { listenReady } from '../../ready.ts';
import { handlers } from './handlers.ts';

/**
 * The limit: what somebody writes by hand for these queries alone. A POST with a document and variables, as GraphQL over
 * HTTP has it, is looked up by its text; the REST calls are made with `undici`, the answer is `JSON.stringify`.
 */
const [storeUrl = ''] = process.argv.slice(2);
const pool = new Pool(storeUrl, { connections: 512 });

function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (more: string) => (text += more));
    request.on('end', () => resolve(text));
    request.on('error', reject);
  });
}

async function answer(request: IncomingMessage): Promise<string> {
  const { query, variables } = JSON.parse(await readText(request)) as { query: string; variables: never };
  const handle = handlers.get(query);
  if (!handle) throw new Error('nobody wrote a handler for this query');
  return JSON.stringify({ data: await handle(pool, variables) });
}

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = Buffer.from(await answer(request));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  } catch {
    response.writeHead(500).end();
  }
}

const server = createServer((request, response) => void respond(request, response));
listenReady(server);
