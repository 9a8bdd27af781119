import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t from 'tap'
import { parse, parseAllDocuments } from 'yaml'
import { isLocalName } from '../src/domain/local-name.js'
import { startEmulator } from '../src/index.js'
import { optionSpecs } from '../src/option-specs.js'
import { folderWithCommand, run } from './cli-support.js'
import { buildApp, plainEnvironment, tokenPath } from './support.js'

const root = new URL('..', import.meta.url).pathname
const page = readFileSync(join(root, 'docs/recipes.md'), 'utf8')
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')

/** The fenced blocks under a heading. */
function blocksUnder(heading: string, language: string): string[] {
  const section = page.split(/^## /m).find((it) => it.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, it, code = '']) =>
    it === language ? code : [],
  )
}

const image = /\/tao-upload-emulator:\d+\.\d+\.\d+$/

t.test('the port and the path of the health check are those of the image', async (t) => {
  t.match(dockerfile, /^EXPOSE 4080$/m)
  t.strictSame([...new Set(page.match(/(?<!status\/)\b\d{4,5}\b/g))], ['4080'])
  const { app } = await buildApp(t)
  const paths = [...new Set(page.match(/\/__control\/health/g))]
  for (const url of paths) t.equal((await app.inject(url)).statusCode, 200, url)
})

t.test('variables of the recipes exist', async (t) => {
  const options: string[] = Object.values(optionSpecs).map(({ environment }) => environment)
  const command = readFileSync(join(root, 'src/command.ts'), 'utf8')
  const named = new Set(page.match(/\b(?:TAO|CLIENT)_[A-Z_]+/g))
  t.ok(named.size >= 6)
  for (const name of named) t.ok(options.includes(name) || command.includes(name), name)
})

t.test('each library of Testcontainers waits for the health check', async (t) => {
  const languages: [language: string, check?: [program: string, ...args: string[]]][] = [
    ['js', [process.execPath, '--input-type=module', '--check']],
    ['java'],
    ['csharp'],
    ['python', ['python3', '-c', 'import ast, sys; ast.parse(sys.stdin.read())']],
    ['go', ['gofmt', '-d']],
  ]
  for (const [language, [program, ...args] = []] of languages) {
    const [code = '', ...others] = blocksUnder('Testcontainers', language)
    t.equal(others.length, 0, `one block of ${language}`)
    for (const text of ['"tao-upload-emulator"', '4080', '"/__control/health"']) {
      t.ok(code.replaceAll("'", '"').includes(text), `${language}: ${text}`)
    }
    if (program === undefined) continue
    const hasProgram = spawnSync(program, ['--help'], { env: plainEnvironment }).error === undefined
    t.test(
      `the ${language} is well formed`,
      { skip: !hasProgram && `${program} missing` },
      async (t) => {
        const options = { input: code, encoding: 'utf8', env: plainEnvironment } as const
        const { status, stdout, stderr } = spawnSync(program, args, options)
        t.strictSame({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' })
      },
    )
  }
})

t.test('the commands of HTTPS from a container work', async (t) => {
  const emulator = await startEmulator({ host: 'localhost' })
  t.teardown(() => emulator.close())
  const [code = ''] = blocksUnder('HTTPS from a container', 'sh')
  const commands = code.replaceAll('localhost:4080', emulator.settings.host)
  const { stdout } = await run('bash', ['-ec', commands], {
    cwd: t.testdir(),
    env: plainEnvironment,
  })
  t.match(stdout, '"status":"ok"')
})

t.test('the job of GitLab CI reaches its service', async (t) => {
  const [code = ''] = blocksUnder('GitLab CI', 'yaml')
  const { services, variables } = parse(code).test
  t.match(services, [{ name: image, alias: 'tao' }])
  t.equal(services[0].variables.TAO_EMULATOR_ISSUER, variables.TAO_ADVANCE_URL)
  t.equal(new URL(variables.TAO_ADVANCE_URL).hostname, services[0].alias)
})

t.test('the Service of Kubernetes leads to the Deployment', async (t) => {
  const [code = ''] = blocksUnder('Kubernetes', 'yaml')
  const [deployment, service] = parseAllDocuments(code).map((it) => it.toJS())
  const { metadata, spec } = deployment.spec.template
  t.strictSame(deployment.spec.selector.matchLabels, metadata.labels)
  t.strictSame(service.spec.selector, metadata.labels)
  t.match(spec.containers[0], {
    image,
    env: [{ name: 'TAO_EMULATOR_ISSUER', value: `http://${service.metadata.name}:4080` }],
    ports: [{ name: 'http', containerPort: 4080 }],
    readinessProbe: { httpGet: { path: '/__control/health', port: 'http' } },
  })
  t.match(service.spec.ports, [{ port: 4080, targetPort: 'http' }])
  t.match(dockerfile, /^USER \d+$/m, 'runAsNonRoot needs a user by its number')
  const names = [...page.matchAll(/`http:\/\/(tao\.[A-Z]+[.a-z]*):4080`/g)].map(([, it = '']) => it)
  t.strictSame(
    names.map((it) => isLocalName(it.toLowerCase())),
    [true],
  )
})

t.test('the files of the dev container name each other', async (t) => {
  const [json = ''] = blocksUnder('Dev container', 'json')
  const [yaml = ''] = blocksUnder('Dev container', 'yaml')
  const { service, dockerComposeFile, forwardPorts, workspaceFolder } = JSON.parse(json)
  const { services } = parse(yaml)
  t.ok(page.includes(`\`${dockerComposeFile}\`:`))
  t.match(services.tao, { image })
  t.match(services[service].depends_on, { tao: { condition: 'service_healthy' } })
  t.match(services[service].volumes[0], `:${workspaceFolder}:`)
  t.strictSame(forwardPorts, ['tao:4080'])
  t.match(dockerfile, /^HEALTHCHECK /m, 'service_healthy needs a health check')
})

t.test('the command for Codespaces takes the forwarded address', async (t) => {
  const { folder, path } = folderWithCommand(t)
  const [code = ''] = blocksUnder('GitHub Codespaces', 'sh')
  const child = spawn('bash', ['-c', `exec ${code}`], {
    cwd: folder,
    env: {
      ...plainEnvironment,
      PATH: path,
      PORT: '0',
      CODESPACE_NAME: 'tidy-roster',
      GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: 'app.github.dev',
    },
  })
  const closed = once(child, 'close')
  t.teardown(async () => {
    child.kill()
    await closed
  })
  for await (const line of createInterface(child.stdout)) {
    const { event, url } = JSON.parse(line)
    if (event !== 'ready') continue
    const { port } = new URL(url)
    const metadata = `http://127.0.0.1:${port}/.well-known/openid-configuration`
    const { issuer } = (await (await fetch(metadata)).json()) as { issuer: string }
    t.equal(issuer, 'https://tidy-roster-4080.app.github.dev')
    return
  }
  t.fail('it ended before it was ready')
})

t.test('PowerShell calls the paths of the API', async (t) => {
  const [code = ''] = blocksUnder('PowerShell', 'powershell')
  const [, base = ''] = /\$Api = 'http:\/\/127\.0\.0\.1:4080(.*)'/.exec(code) ?? []
  const paths = [...code.matchAll(/"\$Api(.*?)"/g)].map(([, path]) => base + path)
  t.strictSame(paths, [
    tokenPath,
    '/api/v1/upload/api/v1/status/12345',
    '/api/v1/upload/api/v1/upload',
  ])
})
