// The command that `exec` runs: it hands over its environment, and lives until it gets a signal.
process.stdout.write(`${JSON.stringify(process.env)}\n`)
setInterval(() => {}, 2 ** 30)
