-- Sends the requests of a file in turn, each as often as told, and prints what was measured as JSON.
-- args: file, how often each request is sent before the next one, and how many are skipped at first

local requests = {}
local times, sent, index = 1, 0, 1

function init(args)
  local file = assert(io.open(args[1], "rb"))
  for request in file:read("*a"):gmatch("[^%z]+") do
    requests[#requests + 1] = request
  end
  file:close()
  times = tonumber(args[2])
  index = tonumber(args[3]) + 1
end

function request()
  if sent == times then
    sent = 0
    index = index % #requests + 1
  end
  sent = sent + 1
  return requests[index]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%f,"p99Ms":%f,"processorSeconds":%f,' ..
      '"errors":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}}\n',
    summary.requests,
    summary.duration / 1e6,
    latency:percentile(99) / 1e3,
    os.clock(),
    errors.connect, errors.read, errors.write, errors.status, errors.timeout
  ))
end
