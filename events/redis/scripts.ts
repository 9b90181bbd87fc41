import { createHash } from 'node:crypto';
import type { Connections, RedisClient } from './connections.ts';
import { LOOK } from './look-script.ts';

type PublishCommand = Connections['publishCommand'];

/** A Lua script and the SHA-1 by which Redis knows it. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

export interface Scripts {
  readonly append: Script;
  readonly read: Script;
  readonly readBefore: Script;
  readonly head: Script;
  readonly find: Script;
}

/**
 * KEYS: head, stream, one id key for each delivery. ARGV: those of a look, seconds an id is known, channel, 'all' where a
 * conflict keeps the others out, then body hash and text of each delivery. All checks come before the first write of
 * an event. Sent twice, it finds its own ids and changes nothing. A message that may not be published is no failure:
 * readers find the event by themselves. Returns the look, then status and offset of each delivery, which is empty where it
 * would be that of an event that was kept out.
 */
const APPEND = (publish: PublishCommand): string => `${LOOK}
local reply, records, offsets, fresh = look(), {}, {}, {}
local offset, conflicts = headOffset, 0
for i = 3, #KEYS do
  local hash, record = ARGV[2 * i + 1], ARGV[2 * i + 2]
  local known = fresh[KEYS[i]] or redis.call('GET', KEYS[i])
  local knownEpoch, knownOffset, knownHash
  if known then knownEpoch, knownOffset, knownHash = string.match(known, '^(%S+) (%d+) (.*)$') end
  if knownEpoch and (fresh[KEYS[i]] or isKnown(knownEpoch, knownOffset)) then
    if knownHash ~= hash then conflicts = conflicts + 1 end
    reply[#reply + 1] = knownHash == hash and 'duplicate' or 'conflict'
    reply[#reply + 1] = knownOffset
  else
    offset = offset + 1
    local text = string.format('%.0f', offset)
    fresh[KEYS[i]] = epoch .. ' ' .. text .. ' ' .. hash
    offsets[#offsets + 1], records[#records + 1] = text, record
    reply[#reply + 1] = 'appended'
    reply[#reply + 1] = text
  end
end
if #records == 0 then return reply end
if conflicts > 0 and ARGV[6] == 'all' then
  for i = 4, #reply, 2 do
    local at = tonumber(reply[i + 1])
    if at and at > headOffset then
      if reply[i] ~= 'conflict' then reply[i] = 'withheld' end
      reply[i + 1] = ''
    end
  end
  return reply
end
for i = 1, #records do redis.call('XADD', KEYS[2], offsets[i] .. '-0', 'event', records[i]) end
for key, value in pairs(fresh) do redis.call('SET', key, value, 'EX', ARGV[4]) end
redis.call('HSET', KEYS[1], 'offset', offsets[#offsets])
redis.pcall('${publish}', ARGV[5], epoch .. ' ' .. offsets[1] .. '\\n' .. table.concat(records, '\\n'))
return reply
`;

/**
 * KEYS: head, stream. ARGV: those of a look, stream id to begin with, most entries, most bytes. Returns the look, head
 * offset, stream id of the oldest entry (empty when there is none) and the entries, all of one moment. The last
 * entry is the one that reaches the bytes. A few are fetched at a time, because Redis copies what a script fetches.
 * @param range the command, and where it ends: upwards or, for what is before a position, from the newest down
 */
const READ = (range: 'XRANGE' | 'XREVRANGE', end: '+' | '-'): string => `${LOOK}
local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)
local entries, start, left, bytes = {}, ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
while left > 0 and bytes > 0 do
  local count = math.min(left, 16)
  local some = redis.call('${range}', KEYS[2], start, '${end}', 'COUNT', count)
  for i = 1, #some do
    if bytes <= 0 then break end
    entries[#entries + 1] = some[i]
    bytes = bytes - #some[i][2][2]
  end
  if #some < count then break end
  start, left = '(' .. some[#some][1], left - count
end
return look(string.format('%.0f', headOffset), first[1] and first[1][1] or '', entries)
`;

/** KEYS: head, stream. ARGV: those of a look. Returns the look and the head offset. */
const HEAD = `${LOOK}
return look(string.format('%.0f', headOffset))
`;

/** KEYS: head, stream, id key. ARGV: those of a look. Returns the look, and what the id key holds, when it is of this history. */
const FIND = `${LOOK}
local known = redis.call('GET', KEYS[3])
local knownEpoch, knownOffset = string.match(known or '', '^(%S+) (%d+)')
return look(knownEpoch and isKnown(knownEpoch, knownOffset) and known or '')
`;

/** @param publish the command that announces what is appended */
export function createScripts(publish: PublishCommand): Scripts {
  return {
    append: named(APPEND(publish)),
    read: named(READ('XRANGE', '+')),
    readBefore: named(READ('XREVRANGE', '-')),
    head: named(HEAD),
    find: named(FIND),
  };
}

/** Gives a script the name by which Redis knows it. */
export function named(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}

/** Runs a script by its name, and by its text where Redis does not know it yet. */
export async function runScript(
  redis: RedisClient,
  { lua, sha }: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
    return redis.eval(lua, keys.length, ...keys, ...args);
  }
}
