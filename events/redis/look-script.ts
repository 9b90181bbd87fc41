/** Most epochs of a source that are remembered; a position of an older one is of an unknown history, its ids stay known. */
const EPOCHS_MAX = 64;

/**
 * How every script begins that looks at the head of a source. KEYS: head, stream. ARGV: name of a new epoch; the fence
 * that this connection learned last, or nothing; what this node acknowledged, `<epoch> <offset> <the later epoch that
 * was told of it, or ->` for each epoch.
 *
 * The fence names the Redis that wrote the head: its run id changes with each start, its replication id with each
 * promotion. Where the caller is not sure of it, or knows more than is there, Redis is asked who it is. When that is not
 * who wrote the head, or events that were acknowledged in this epoch are not there, events may be lost, and another
 * epoch begins above those that are left. What the caller knows changes nothing by itself: it only makes the script look.
 *
 * An epoch begins after a loss when events of the one before were acknowledged above its end. Where nobody knows the
 * acknowledged epoch, its events were lost where the history was cut below them, before any epoch that was told of them
 * ended.
 *
 * A stream without a head is what an eviction or a careless DEL left behind: its events stay, under a new epoch, which
 * goes on above them. No script ever removes an event.
 *
 * Leaves `epoch`, `headOffset`, `isKnown(epoch, offset)`: whether that event is of this history (the events of epochs that
 * a full list forgot are those below it), and `look(...)`: the reply `{ epoch, fence, epochs, ... }`. The fence is empty where the caller's is right; where
 * Redis does not tell who it is, it stays what it was, `-` at first; epochs are `<name> <begin> <'lost' or 'kept'>`, oldest first.
 */
export const LOOK = `
local head = redis.call('HMGET', KEYS[1], 'epoch', 'offset', 'fence', 'epochs')
local epoch, headOffset, fence, epochs = head[1], tonumber(head[2]), head[3] or '-', head[4] or ''
local isUsual = epoch and headOffset and fence == ARGV[2]
if isUsual then
  for name, offset in string.gmatch(ARGV[3], '(%S+) (%d+) %S+') do
    if name ~= epoch or tonumber(offset) > headOffset then isUsual = false end
  end
end

local function whoAmI()
  local server, replication = redis.pcall('INFO', 'server'), redis.pcall('INFO', 'replication')
  if type(server) ~= 'string' or type(replication) ~= 'string' then return '-' end
  if string.find(replication, 'role:slave', 1, true) then return nil end
  return string.match(server, 'run_id:(%w+)') .. '/' .. string.match(replication, 'master_replid:(%w+)')
end

local function lastOffsetOfStream()
  if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
  local info = redis.call('XINFO', 'STREAM', KEYS[2])
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then return tonumber(string.match(info[i + 1], '^%d+')) end
  end
end

local function parse(text)
  local list = {}
  for name, begin, mark in string.gmatch(text, '(%S+) (%d+) (%S+)') do
    list[#list + 1] = { name = name, begin = tonumber(begin), mark = mark }
  end
  return list
end

local function markLoss(list, name, offset, toldIn)
  local cut, isLater = nil, list[1].name == toldIn
  for i = 2, #list do
    if list[i - 1].name == name then
      if offset > list[i].begin then list[i].mark = 'lost' end
      return
    end
    if list[i].begin < offset and not isLater then cut = list[i] end
    isLater = isLater or list[i].name == toldIn
  end
  if cut and list[#list].name ~= name then cut.mark = 'lost' end
end

if not isUsual then
  local identity = whoAmI()
  if not identity then return redis.error_reply('READONLY This Redis is a replica') end
  local list = parse(epochs)
  if not epoch or not headOffset then
    epoch, headOffset, list = nil, lastOffsetOfStream(), {}
  elseif #list == 0 then
    list = parse(epoch .. ' 0 kept')
  end
  if identity == '-' then identity = fence end
  local begins = not epoch or identity ~= fence
  for name, offset in string.gmatch(ARGV[3], '(%S+) (%d+) %S+') do
    if name == epoch and tonumber(offset) > headOffset then begins = true end
  end
  if begins then
    epoch = ARGV[1]
    list[#list + 1] = { name = epoch, begin = headOffset, mark = 'kept' }
    if #list > ${EPOCHS_MAX} then table.remove(list, 1) end
  end
  for name, offset, toldIn in string.gmatch(ARGV[3], '(%S+) (%d+) (%S+)') do
    markLoss(list, name, tonumber(offset), toldIn)
  end
  local texts = {}
  for i = 1, #list do
    texts[i] = list[i].name .. ' ' .. string.format('%.0f', list[i].begin) .. ' ' .. list[i].mark
  end
  local text = table.concat(texts, ' ')
  if text ~= epochs or begins then
    local offsetText = string.format('%.0f', headOffset)
    redis.call('HSET', KEYS[1], 'epoch', epoch, 'offset', offsetText, 'fence', identity, 'epochs', text)
  end
  fence, epochs = identity, text
end

local function isKnown(name, offset)
  if name == epoch then return tonumber(offset) <= headOffset end
  local isFound, count, firstBegin = false, 0, nil
  for other, begin in string.gmatch(epochs, '(%S+) (%d+) %S+') do
    if isFound then return tonumber(offset) <= tonumber(begin) end
    isFound, count, firstBegin = other == name, count + 1, firstBegin or tonumber(begin)
  end
  return count == ${EPOCHS_MAX} and tonumber(offset) <= firstBegin
end

local function look(...)
  return { epoch, isUsual and '' or fence, epochs, ... }
end
`;
