import { named, type Script } from './scripts.ts';

export interface RecordScripts {
  readonly add: Script;
  readonly replace: Script;
  readonly remove: Script;
  readonly list: Script;
}

/** A time is so many characters, all of them ASCII: what follows it needs no separator. */
export const AT_CHARS = 24;

/** KEYS: records, order. ARGV: key, time, json. Returns 1 when it was added. */
const ADD = `
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2] .. ARGV[3]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], 0, ARGV[2] .. ARGV[1])
return 1
`;

/**
 * KEYS: records, order. ARGV: key, time, json, expected json. Returns 1 when it was replaced. The first write is one that
 * a full Redis refuses: refused later, it would leave half of the work.
 */
const REPLACE = `
local old = redis.call('HGET', KEYS[1], ARGV[1])
if not old or string.sub(old, ${AT_CHARS + 1}) ~= ARGV[4] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ARGV[3])
redis.call('ZREM', KEYS[2], string.sub(old, 1, ${AT_CHARS}) .. ARGV[1])
redis.call('ZADD', KEYS[2], 0, ARGV[2] .. ARGV[1])
return 1
`;

/** KEYS: records, order. ARGV: key, expected json where one is expected. Returns 1 when it was removed. */
const REMOVE = `
local old = redis.call('HGET', KEYS[1], ARGV[1])
if not old or (ARGV[2] and string.sub(old, ${AT_CHARS + 1}) ~= ARGV[2]) then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], string.sub(old, 1, ${AT_CHARS}) .. ARGV[1])
return 1
`;

/**
 * KEYS: records, order. ARGV: lower bound of the order, most records, most bytes. Returns key and time with json of each,
 * up to the one that reaches the bytes. A place that its record does not bear out is what an eviction left.
 */
const LIST = `
local reply, bytes = {}, tonumber(ARGV[3])
for _, place in ipairs(redis.call('ZRANGEBYLEX', KEYS[2], ARGV[1], '+', 'LIMIT', 0, ARGV[2])) do
  if bytes <= 0 then break end
  local key = string.sub(place, ${AT_CHARS + 1})
  local value = redis.call('HGET', KEYS[1], key)
  if value and string.sub(value, 1, ${AT_CHARS}) == string.sub(place, 1, ${AT_CHARS}) then
    reply[#reply + 1] = key
    reply[#reply + 1] = value
    bytes = bytes - #value
  end
end
return reply
`;

export function createRecordScripts(): RecordScripts {
  return { add: named(ADD), replace: named(REPLACE), remove: named(REMOVE), list: named(LIST) };
}
