import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A Lua script and the SHA-1 by which Redis knows it. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

export interface Scripts {
  readonly append: Script;
  readonly read: Script;
  readonly head: Script;
  readonly find: Script;
}

/**
 * Begins a history where there is none. A stream without a head is what an eviction or a careless DEL left behind: its
 * events stay, under a new epoch, which goes on above them. No script ever removes an event.
 */
export const FIND_HEAD = `
local head = redis.call('HMGET', KEYS[1], 'epoch', 'offset')
local epoch, headOffset = head[1], tonumber(head[2])
if not epoch or not headOffset then
  epoch, headOffset = ARGV[1], 0
  if redis.call('EXISTS', KEYS[2]) == 1 then
    local info = redis.call('XINFO', 'STREAM', KEYS[2])
    for i = 1, #info, 2 do
      if info[i] == 'last-generated-id' then headOffset = tonumber(string.match(info[i + 1], '^%d+')) end
    end
  end
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'offset', string.format('%.0f', headOffset))
end
`;

/**
 * KEYS: head, stream, one id key for each delivery. ARGV: epoch of a new history, seconds an id is known, channel,
 * 'all' where a conflict keeps the others out, then body hash and text of each delivery. All checks come before the
 * first write. Sent twice, it finds its own ids and changes nothing. A message that may not be published is no failure:
 * readers find the event by themselves. Returns the epoch, then status and offset of each delivery; the offset is empty
 * where it would be that of an event that was kept out.
 */
const APPEND = `${FIND_HEAD}
local reply, records, offsets, fresh = { epoch }, {}, {}, {}
local offset, conflicts = headOffset, 0
for i = 3, #KEYS do
  local hash, record = ARGV[2 * i - 1], ARGV[2 * i]
  local known = fresh[KEYS[i]] or redis.call('GET', KEYS[i])
  local knownEpoch, knownOffset, knownHash
  if known then knownEpoch, knownOffset, knownHash = string.match(known, '^(%S+) (%d+) (.*)$') end
  if knownEpoch == epoch then
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
if conflicts > 0 and ARGV[4] == 'all' then
  for i = 2, #reply, 2 do
    if tonumber(reply[i + 1]) > headOffset then
      if reply[i] ~= 'conflict' then reply[i] = 'withheld' end
      reply[i + 1] = ''
    end
  end
  return reply
end
for i = 1, #records do redis.call('XADD', KEYS[2], offsets[i] .. '-0', 'event', records[i]) end
for key, value in pairs(fresh) do redis.call('SET', key, value, 'EX', ARGV[2]) end
redis.call('HSET', KEYS[1], 'offset', offsets[#offsets])
redis.pcall('PUBLISH', ARGV[3], epoch .. ' ' .. offsets[1] .. '\\n' .. table.concat(records, '\\n'))
return reply
`;

/**
 * KEYS: head, stream. ARGV: epoch of a new history, first stream id to read, most entries, most bytes. Returns epoch,
 * head offset, stream id of the oldest entry (empty when there is none) and the entries, all of one moment. The last
 * entry is the one that reaches the bytes. A few are fetched at a time, because Redis copies what a script fetches.
 */
const READ = `${FIND_HEAD}
local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)
local entries, start, left, bytes = {}, ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
while left > 0 and bytes > 0 do
  local count = math.min(left, 16)
  local some = redis.call('XRANGE', KEYS[2], start, '+', 'COUNT', count)
  for i = 1, #some do
    if bytes <= 0 then break end
    entries[#entries + 1] = some[i]
    bytes = bytes - #some[i][2][2]
  end
  if #some < count then break end
  start, left = '(' .. some[#some][1], left - count
end
return { epoch, string.format('%.0f', headOffset), first[1] and first[1][1] or '', entries }
`;

/** KEYS: head, stream. ARGV: epoch of a new history. Returns epoch and head offset. */
const HEAD = `${FIND_HEAD}
return { epoch, string.format('%.0f', headOffset) }
`;

/** KEYS: head, id key. Returns what the id key holds, when it is of the epoch of the head. */
const FIND = `
local known = redis.call('GET', KEYS[2])
return known and string.match(known, '^%S+') == redis.call('HGET', KEYS[1], 'epoch') and known
`;

export function createScripts(): Scripts {
  return { append: named(APPEND), read: named(READ), head: named(HEAD), find: named(FIND) };
}

/** Gives a script the name by which Redis knows it. */
export function named(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}

/** Runs a script by its name, and by its text where Redis does not know it yet. */
export async function runScript(
  redis: Redis,
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
