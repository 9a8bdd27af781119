/** Names that no foreign DNS server can resolve: of this machine, of container engines, and of Kubernetes services. */
const localNames =
  /^(?:(?:[a-z\d-]+\.)+localhost|(?:host|gateway)\.docker\.internal|host\.containers\.internal|(?:[a-z\d-]+\.)+svc(?:\.cluster\.local)?)$/

/**
 * Returns whether a host name in lower case can only mean this machine or one of its network: a name without a dot, as
 * containers have it, or one under a suffix that public DNS does not serve.
 */
export function isLocalName(name: string): boolean {
  return /^[a-z\d_-]+$/.test(name) || localNames.test(name)
}
