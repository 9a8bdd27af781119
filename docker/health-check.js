import { get } from 'node:http'

// Exits with 0 if the emulator in this container answers. The image has no curl.
const { PORT = '4080' } = process.env

get(
  { host: '127.0.0.1', port: Number(PORT), path: '/__control/health', timeout: 2000 },
  (response) => {
    process.exit(response.statusCode === 200 ? 0 : 1)
  },
)
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1))
