/** Names that no proxy can reach: the emulator listens on the loopback interface of this machine. */
const loopback = ['localhost', '127.0.0.1', '::1']

/**
 * The variables that keep a client below `exec` from sending its requests to a proxy. What is set already stays;
 * `*` means every host.
 */
export function withoutProxy(
  environment: Readonly<Record<string, string | undefined>>,
): Record<'NO_PROXY' | 'no_proxy', string> {
  const before = environment.no_proxy || environment.NO_PROXY || ''
  const names = before.split(/[\s,]+/).filter(Boolean)
  const all = names.includes('*') ? ['*'] : [...new Set([...names, ...loopback])]
  return { NO_PROXY: all.join(), no_proxy: all.join() }
}
