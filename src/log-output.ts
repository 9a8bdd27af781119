import type { Writable } from 'node:stream'
import { clearTimeout, setImmediate, setTimeout } from './emulator/real-time.js'

/** The most characters that wait for the reader of the output: about 30,000 lines. */
const maxWaiting = 8 * 1024 ** 2

/**
 * A destination for pino. The emulator never waits for the reader of its log, and keeps a bounded backlog for it: once the backlog is
 * full, further lines are dropped and counted.
 */
export class LogOutput {
  readonly #out: Writable
  readonly #onDropped: (count: number) => void
  #batch = ''
  #dropped = 0

  /**
   * @param out - the stream that the lines go to
   * @param onDropped - receives the number of dropped lines once the reader reads again
   */
  constructor(out: Writable, onDropped: (count: number) => void) {
    this.#out = out
    this.#onDropped = onDropped
  }

  /** The characters that the reader has not taken yet. */
  get waiting(): number {
    return this.#batch.length + this.#out.writableLength
  }

  /** Takes a line. The lines of one turn of the event loop go out in one system call. */
  write(line: string): void {
    if (this.waiting + line.length > maxWaiting) {
      this.#dropped += 1
      return
    }
    if (this.#batch === '') setImmediate(() => this.flush())
    this.#batch += line
  }

  /** Hands all lines to the stream. */
  flush(): void {
    const batch = this.#batch
    this.#batch = ''
    if (batch !== '') this.#out.write(batch, () => this.#reportDropped())
  }

  /** Resolves once the reader has taken everything, or after `timeoutMs` if it does not read. */
  async drain(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs)
    })
    await Promise.race([this.#drained(), timeout])
    clearTimeout(timer)
  }

  async #drained(): Promise<void> {
    do {
      this.flush()
      await new Promise<void>((resolve) => this.#out.write('', () => resolve()))
      // The report of dropped lines is a line, too.
    } while (this.waiting > 0)
  }

  #reportDropped(): void {
    if (this.#dropped === 0 || this.waiting > maxWaiting / 2) return
    const count = this.#dropped
    this.#dropped = 0
    this.#onDropped(count)
  }
}
