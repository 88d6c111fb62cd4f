#!lua name=endorse
-- The commit of proto/SPEC.md section 4 as a Redis Function library.  The store adapter
-- (common/adapter/redis_commit.c) is its only caller and lays out what it is given:
--
--   keys  aggregate, then in this order those that are used:
--         lanes in (lane or end), act, one per index, journal, outbox, timers, dead letters, parked list
--   args  header: layout version, how many of each, version before and after, lane and sequence, in
--         one piece because every argument costs
--         act: answer, seconds to keep
--         indexes: three each: letter, member or log id, value or score
--         fields to put: name, value   fields to drop: name
--         journal line   outbox entries: id, envelope   entries to trim: id
--         timer: member, due time or "" to clear   dead letter: id, letter or "" to drop
--         frame to park
--
-- Every check comes before the first write, because a write is never rolled back.  Two checks are
-- writes themselves, which saves a call each: the lane counts on (HINCRBY) and the act's key is set if
-- it is free (SET NX GET).  They come last, nothing that can fail comes between, and what another
-- check refuses is taken back.  Loops are bounded by the header.  User text never goes into an error.

-- The layout's version: raised together with REDIS_FUNCTIONS_VERSION of the adapter.  The library's
-- own name stays, so that FUNCTION LOAD REPLACE exchanges it in one step.
local VERSION = 3
local HEADER = '>BBBBBBBBBBHHHHHBc0Bc0Bc0d'

-- Must agree with enum wf_commit_result (common/port/wf_store.h).
local DUPLICATE, GAP, CONFLICT, REPEATED, BROKEN = 2, 3, 4, 5, 7

local function uncount(call, lanes, lane, taken)
  if taken == 1 then
    call('HDEL', lanes, lane)
  else
    call('HINCRBY', lanes, lane, -1)
  end
end

-- A log's ids only grow; XADD would fail in the middle of the writes otherwise.
local function logs_grow(call, keys, key, args, arg, count)
  local last = {}
  for i = 0, count - 1 do
    if args[arg + 3 * i] == 'l' then
      local name = keys[key + i]
      if not last[name] then
        local newest = call('XREVRANGE', name, '+', '-', 'COUNT', 1)[1]
        last[name] = newest and tonumber(string.match(newest[1], '^%d+')) or 0
      end
      local id = tonumber(args[arg + 3 * i + 1])
      if id <= last[name] then
        return false
      end
      last[name] = id
    end
  end
  return true
end

local function write_index(call, key, letter, member, value)
  if letter == 'h' then
    call('HSET', key, member, value)
  elseif letter == 'H' then
    call('HDEL', key, member)
  elseif letter == 'z' then
    call('ZADD', key, value, member)
  elseif letter == 'Z' then
    call('ZREM', key, member)
  elseif letter == 'l' then
    call('XADD', key, member .. '-0', 'm', value)
  elseif letter == 'c' then
    call('HSETNX', key, member, call('HLEN', key))
  else
    call('INCR', key)
  end
end

-- All checks; nil when the commit may be written, else what to answer.  `first` is the number of the
-- lane's message (0: none), `arg` and `key` are the act's.
local function refused(call, keys, args, lane, first, before, act, indexes, key, arg)
  local fits = (call('HGET', keys[1], '_v') or '0') == before
  local grows = indexes == 0 or logs_grow(call, keys, key + act, args, arg + 2 * act, indexes)
  local taken
  if first > 0 then
    taken = call('HINCRBY', keys[2], lane, 1)
    if taken ~= first then
      uncount(call, keys[2], lane, taken)
      return taken > first and DUPLICATE or GAP
    end
  end
  local verdict = not fits and CONFLICT or not grows and BROKEN
  if not verdict and act == 1 then
    local prior = call('SET', keys[key], args[arg], 'NX', 'GET', 'EX', args[arg + 1])
    verdict = prior and { REPEATED, prior }
  end
  if verdict and taken then
    uncount(call, keys[2], lane, taken)
  end
  return verdict
end

-- The aggregate's own hash: version, fields put, fields dropped.
local function write_state(call, aggregate, args, before, after, puts, drops, arg)
  if after ~= before then
    call('HSET', aggregate, '_v', after, unpack(args, arg, arg + 2 * puts - 1))
  elseif puts > 0 then
    call('HSET', aggregate, unpack(args, arg, arg + 2 * puts - 1))
  end
  if drops > 0 then
    arg = arg + 2 * puts
    call('HDEL', aggregate, unpack(args, arg, arg + drops - 1))
  end
end

-- A timer or a dead letter: an empty value takes it away.
local function write_timer(call, key, member, due)
  if due == '' then
    call('ZREM', key, member)
  else
    call('ZADD', key, due, member)
  end
end

local function write_dead(call, key, id, letter)
  if letter == '' then
    call('HDEL', key, id)
  else
    call('HSET', key, id, letter)
  end
end

local function commit(keys, args)
  local call = redis.call
  local aggregate = keys[1]
  local version, laned, act, over, journal, timer, dead, park, unpark, unmark, indexes, puts, drops,
    outgoing, trims, before, after, lane, first = struct.unpack(HEADER, args[1])
  if version ~= VERSION then
    return redis.error_reply('LAYOUT of another version')
  end
  local key = (laned == 1 or over == 1) and 3 or 2
  local arg = 2

  local verdict = refused(call, keys, args, lane, first, before, act, indexes, key, arg)
  if verdict then
    return verdict
  end
  key, arg = key + act, arg + 2 * act

  for _ = 1, indexes do
    write_index(call, keys[key], args[arg], args[arg + 1], args[arg + 2])
    key, arg = key + 1, arg + 3
  end
  if over == 1 then
    call('UNLINK', aggregate, keys[2])
  else
    write_state(call, aggregate, args, before, after, puts, drops, arg)
    arg = arg + 2 * puts + drops
  end
  local id = ''
  if journal == 1 then
    id = call('XADD', keys[key], '*', 'm', args[arg])
    key, arg = key + 1, arg + 1
  end
  if outgoing > 0 then
    call('HSET', keys[key], unpack(args, arg, arg + 2 * outgoing - 1))
    arg = arg + 2 * outgoing
  end
  if trims > 0 then
    call('HDEL', keys[key], unpack(args, arg, arg + trims - 1))
    arg = arg + trims
  end
  if outgoing + trims > 0 then
    key = key + 1
  end
  if timer == 1 then
    write_timer(call, keys[key], args[arg], args[arg + 1])
    key, arg = key + 1, arg + 2
  end
  if dead == 1 then
    write_dead(call, keys[key], args[arg], args[arg + 1])
    key, arg = key + 1, arg + 2
  end
  if park == 1 then
    call('RPUSH', keys[key], args[arg])
    call('HSET', aggregate, '_p', '1')
  end
  if unpark == 1 then
    call('LPOP', keys[key])
  end
  if unmark == 1 then
    call('HDEL', aggregate, '_p')
  end
  return id
end

-- Accepted work always drains, however short memory is; new work is refused by Redis itself (OOM)
-- before the function begins.
redis.register_function({ function_name = 'endorse_commit', callback = commit, flags = { 'allow-oom' } })
redis.register_function({ function_name = 'endorse_accept', callback = commit })
-- A worker shows that it lives also, and just then, when memory is short.
redis.register_function({
  function_name = 'endorse_beat',
  callback = function(keys, args)
    return redis.call('HSET', keys[1], args[1], args[2])
  end,
  flags = { 'allow-oom' },
})
redis.register_function({
  function_name = 'endorse_version',
  callback = function()
    return VERSION
  end,
  flags = { 'no-writes', 'allow-oom', 'allow-stale' },
})
