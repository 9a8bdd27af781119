import { signal } from '@preact/signals'
import { parseAddress, type View } from '../address.js'

/** The view that is shown. */
export const view = signal(parseAddress(location.hash).view)

export function open(name: View): void {
  view.value = name
}
