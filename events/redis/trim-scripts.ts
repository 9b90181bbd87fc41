import { named, type Script } from './scripts.ts';

export interface TrimScripts {
  readonly lease: Script;
  readonly register: Script;
  readonly trimByAge: Script;
  readonly trimOldest: Script;
}

/** A Redis that is full must let go of what is past retention: these write a few bytes, and remove many. */
const WHILE_FULL = '#!lua flags=allow-oom\n';

/** KEYS: lease. ARGV: who asks, milliseconds. Returns 1 when the lease is theirs. */
const LEASE = `${WHILE_FULL}
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

/** KEYS: set of all sources. ARGV: sources that were appended to. Returns all sources. */
const REGISTER = `${WHILE_FULL}
if #ARGV > 0 then redis.call('SADD', KEYS[1], unpack(ARGV)) end
return redis.call('SMEMBERS', KEYS[1])
`;

/**
 * KEYS: head, stream, marks. ARGV: milliseconds since 1970 (empty: by the clock of Redis), age to keep, age of a mark
 * before the next, most entries to remove. A mark is \`<ms> <offset of the head>\`. One ahead of the clock is of a clock that
 * went back; one above the head is of events that were lost. The newest of those that have expired stays, as it says how
 * far to go. Only entries at the beginning go, so that no hole comes to be. Returns how many were removed, and 1 where
 * more are left to remove.
 */
const TRIM_BY_AGE = `${WHILE_FULL}
local head = tonumber(redis.call('HGET', KEYS[1], 'offset') or '')
if not head then return { 0, 0 } end
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local function mark(at)
  local text = redis.call('LINDEX', KEYS[3], at)
  if not text then return nil, 0 end
  local ms, offset = string.match(text, '^(%d+) (%d+)$')
  return tonumber(ms), tonumber(offset)
end

local ms, offset = mark(-1)
while ms and offset > head do
  redis.call('RPOP', KEYS[3])
  ms, offset = mark(-1)
end
for at = -1, -redis.call('LLEN', KEYS[3]), -1 do
  local aheadMs, aheadOffset = mark(at)
  if aheadMs <= now then break end
  redis.call('LSET', KEYS[3], at, string.format('%.0f %.0f', now, aheadOffset))
end
ms, offset = mark(-1)
if head > offset and (not ms or now - ms >= tonumber(ARGV[3])) then
  redis.call('RPUSH', KEYS[3], string.format('%.0f %.0f', now, head))
end

local expired = now - tonumber(ARGV[2])
local target = 0
ms, offset = mark(0)
while ms and ms <= expired do
  target = offset
  ms, offset = mark(1)
  if ms and ms <= expired then redis.call('LPOP', KEYS[3]) end
end
local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
first = first and tonumber(string.match(first[1], '^%d+'))
if not first or first > target then return { 0, 0 } end
local last = math.min(target, first + tonumber(ARGV[4]) - 1)
local removed = redis.call('XTRIM', KEYS[2], 'MINID', '=', string.format('%.0f-0', last + 1))
return { removed, last < target and 1 or 0 }
`;

/**
 * KEYS: stream. ARGV: most entries to remove from its beginning. Returns how many were removed, the bytes and the
 * entries that are left, and the time of the oldest of them.
 */
const TRIM_OLDEST = `${WHILE_FULL}
local removed = 0
local length = redis.call('EXISTS', KEYS[1]) == 1 and redis.call('XLEN', KEYS[1]) or 0
if tonumber(ARGV[1]) > 0 and length > 0 then
  removed = redis.call('XTRIM', KEYS[1], 'MAXLEN', '=', math.max(length - tonumber(ARGV[1]), 0))
  length = length - removed
end
if length == 0 then return { removed, 0, 0, '' } end
local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
local time = string.match(oldest[2][2] or '', '"time":"([^"]*)"') or ''
return { removed, redis.call('MEMORY', 'USAGE', KEYS[1]), length, time }
`;

export function createTrimScripts(): TrimScripts {
  return {
    lease: named(LEASE),
    register: named(REGISTER),
    trimByAge: named(TRIM_BY_AGE),
    trimOldest: named(TRIM_OLDEST),
  };
}
