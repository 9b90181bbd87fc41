import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpSync, writeFileSync } from 'node:fs';
import { ConfigError } from '../../gateway/config.ts';
import { openSubgraphs } from '../../gateway/subgraphs.ts';

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const env = {
  ORDERS_WEBHOOK_SECRET: secret,
  PAYMENTS_WEBHOOK_SECRET: secret,
  INVENTORY_WEBHOOK_SECRET: secret,
};

interface LeftOut {
  id: string;
  env?: Record<string, string>;
  host?: string;
  /** Put in the place of subgraphs/inventory/subgraph.yaml. */
  inventory?: string;
  expected: Record<string, RegExp>;
}

/** What the webhooks of a folder can have wrong; the other folders are opened all the same. */
const leftOut: LeftOut[] = [
  {
    id: 'a secret that is not base64',
    env: { ORDERS_WEBHOOK_SECRET: 'plain text' },
    expected: { orders: /secret must be base64/ },
  },
  {
    id: 'a public key that is none, and says where',
    inventory:
      'endpoint: http://127.0.0.1:1\nwebhooks:\n  stockLow:\n    verify: { scheme: standard-webhooks, secret: whpk_AAAA }\n',
    expected: {
      inventory:
        /subgraph\.yaml:4: webhooks\.stockLow\.verify\.secret: a standard-webhooks public key must be/,
    },
  },
  {
    id: 'webhooks that are signed over a URL which is not configured',
    inventory:
      'endpoint: http://127.0.0.1:1\nwebhooks:\n  stockLow: { verify: { scheme: twilio, secret: plain text } }\n',
    expected: {
      inventory:
        /subgraph\.yaml:3: webhooks\.stockLow\.verify\.scheme: "twilio" signs its URL: set PUBLIC_URL/,
    },
  },
  {
    id: 'a handshake that would agree with everybody, and says where',
    inventory:
      'endpoint: http://127.0.0.1:1\nwebhooks:\n  stockLow: { verify: { scheme: none }, handshake: { scheme: websub } }\n',
    expected: {
      inventory: /:3: webhooks\.stockLow\.handshake: the websub handshake needs topics or a verify token/,
    },
  },
  {
    id: 'a handshake with an origin that is none',
    inventory:
      'endpoint: http://127.0.0.1:1\nwebhooks:\n  stockLow: { verify: { scheme: none }, handshake: { scheme: cloudevents, origins: [https://plain.text] } }\n',
    expected: {
      inventory:
        /:3: webhooks\.stockLow\.handshake: an origin of the cloudevents handshake must be a DNS name/,
    },
  },
  {
    id: 'unsigned webhooks that others could reach',
    host: '0.0.0.0',
    inventory: 'endpoint: http://127.0.0.1:1\nwebhooks:\n  stockLow: { verify: { scheme: none } }\n',
    expected: {
      inventory: /subgraph\.yaml:3: webhooks\.stockLow\.verify\.scheme: "none" is refused unless HOST/,
    },
  },
  {
    id: 'several webhooks, and tells what is wrong with each',
    host: '0.0.0.0',
    inventory:
      'endpoint: http://127.0.0.1:1\nwebhooks:\n  stockLow: { verify: { scheme: none } }\n  stockDeducted: { verify: { scheme: none }, register: { when: start } }\n',
    expected: {
      inventory:
        /:3: webhooks\.stockLow\.verify.*\n.*:4: webhooks\.stockDeducted\.verify.*\n.*:4: webhooks\.stockDeducted\.register/,
    },
  },
  {
    id: 'a registration of what is no callback',
    inventory:
      'endpoint: http://127.0.0.1:1\nwebhooks:\n  stockLow: { verify: { scheme: none }, register: { when: start } }\n',
    expected: { inventory: /subgraph\.yaml:3: webhooks\.stockLow\.register: this event is no callback/ },
  },
];

describe('opening subgraphs', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sluice-'));
    cpSync('subgraphs', dir, { recursive: true });
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it.each(leftOut)('leaves out $id', async ({ env: changed, host = '127.0.0.1', inventory, expected }) => {
    if (inventory !== undefined) writeFileSync(join(dir, 'inventory', 'subgraph.yaml'), inventory);
    const config = { subgraphsDir: dir, compiledDir: join(dir, '.compiled'), host, publicUrl: '' };
    const { subgraphs, problems } = await openSubgraphs({ config, env: { ...env, ...changed } });
    const names = Object.keys(expected);
    expect(problems.map(({ name }) => name)).toEqual(names);
    for (const { name, message } of problems) expect(message).toMatch(expected[name] ?? /^never$/);
    expect(JSON.stringify(problems)).not.toContain('plain text');
    expect(subgraphs.map((subgraph) => subgraph.name)).toEqual(
      ['customers', 'inventory', 'loyalty', 'orders', 'payments'].filter(
        (candidate) => !names.includes(candidate),
      ),
    );
    await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
  });

  it('says which setting is wrong when there is no such folder', async () => {
    const config = {
      subgraphsDir: join(dir, 'nowhere'),
      compiledDir: join(dir, '.compiled'),
      host: '127.0.0.1',
      publicUrl: '',
    };
    const opening = openSubgraphs({ config, env });
    await expect(opening).rejects.toBeInstanceOf(ConfigError);
    await expect(opening).rejects.toThrow(/^SUBGRAPHS_DIR .*nowhere can not be read: ENOENT$/);
  });
});
