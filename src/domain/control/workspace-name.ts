const name = '[A-Za-z0-9][\\w.-]{0,63}'

export const workspaceNameRule =
  'must have 1 to 64 letters, digits, dots, dashes or underscores, and start with a letter or digit'

const namePattern = new RegExp(`^${name}$`)

export function isWorkspaceName(text: string): boolean {
  return namePattern.test(text)
}

const clientIdPattern = new RegExp(`^(.+)@(${name})$`)

/** The client and the workspace that a client id such as `demo-client@team` names. */
export function splitClientId(
  clientId: string,
): { readonly clientId: string; readonly workspace: string } | undefined {
  const match = clientIdPattern.exec(clientId)
  return match === null
    ? undefined
    : { clientId: match[1] as string, workspace: match[2] as string }
}

const pathPattern = new RegExp(`^/w/(${name})(/.*)$`, 's')

/** The workspace that a path names, and the path in it. */
export function splitPath(
  path: string,
): { readonly workspace: string; readonly path: string } | undefined {
  const match = path.startsWith('/w/') ? pathPattern.exec(path) : null
  return match === null ? undefined : { workspace: match[1] as string, path: match[2] as string }
}
