import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type Tool as ToolView,
} from '@modelcontextprotocol/sdk/types.js'
import type { EmulatorControl } from '../domain/control/emulator-control.js'
import { nearestName, parseBySchema } from '../domain/schema.js'
import { quoted } from '../domain/visible-text.js'
import { version } from '../emulator/package-files.js'
import { errorText, inputText } from './error-text.js'
import { resultText } from './result-text.js'
import type { Tool } from './tool.js'
import { toolInputs } from './tool-texts.js'
import { tools } from './tools.js'

/** A server of the Model Context Protocol, not connected yet. */
export interface McpServer {
  readonly server: Server
  /** Resolves once no call of a tool runs. */
  idle(): Promise<void>
}

/** Creates a server whose tools call the emulator. */
export function createMcpServer(control: EmulatorControl): McpServer {
  const running = new Set<Promise<unknown>>()
  const server = new Server(
    { name: 'tao-upload-emulator', title: 'TAO upload emulator', version },
    {
      capabilities: { tools: {} },
      instructions: `These tools control an emulator of the TAO Advance rostering API at ${control.url}. Configure the client under test with get_settings. If a response is unexpected, call explain_last_responses.`,
    },
  )
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: toolViews }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const call = callTool(control, params.name, params.arguments ?? {})
    running.add(call)
    try {
      return await call
    } finally {
      running.delete(call)
    }
  })
  return {
    server,
    async idle() {
      await Promise.allSettled([...running])
    },
  }
}

const toolViews: ToolView[] = Object.entries(tools).map(
  ([name, { title, description, effect }]) => ({
    name,
    title,
    description,
    inputSchema: toolInputs[name] as ToolView['inputSchema'],
    annotations: {
      title,
      readOnlyHint: effect === 'reads',
      destructiveHint: effect === 'erases',
      // The emulator is all that they reach.
      openWorldHint: false,
    },
  }),
)

async function callTool(
  control: EmulatorControl,
  name: string,
  input: unknown,
): Promise<CallToolResult> {
  const { input: schema, run } = findTool(name)
  const parsed = parseBySchema(schema, input)
  if ('mistakes' in parsed) return failure(inputText(parsed.mistakes))
  try {
    return { content: [textOf(resultText(await run(control, parsed.value)))] }
  } catch (error) {
    return failure(errorText(error, control.url))
  }
}

function findTool(name: string): Tool {
  const found = Object.hasOwn(tools, name) ? tools[name] : undefined
  if (found !== undefined) return found
  const nearest = nearestName(name, Object.keys(tools))
  const mend = nearest === undefined ? 'tools/list names the tools' : `did you mean ${nearest}?`
  throw new McpError(ErrorCode.InvalidParams, `There is no tool ${quoted(name)}; ${mend}`)
}

const textOf = (text: string) => ({ type: 'text' as const, text })

/** The agent reads the text, and tries again. */
const failure = (text: string): CallToolResult => ({
  content: [textOf(resultText(text))],
  isError: true,
})
