import { createReadStream, statSync } from 'node:fs'
import { request as open } from 'node:http'

// Uploads a file as a browser's form does, in a process of its own. Prints the status of the answer.
const [port, path, token, file] = process.argv.slice(2)
const boundary = 'bench-form-boundary'
const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="users.csv"\r\ncontent-type: text/csv\r\n\r\n`
const tail = `\r\n--${boundary}--\r\n`

const request = open(
  {
    host: '127.0.0.1',
    port,
    path,
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + statSync(file).size + tail.length,
    },
  },
  (response) => {
    process.stdout.write(String(response.statusCode))
    // If it is refused, nobody reads the rest.
    response.resume().once('end', () => process.exit(0))
  },
)
request.once('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
request.write(head)
createReadStream(file)
  .on('end', () => request.end(tail))
  .pipe(request, { end: false })
