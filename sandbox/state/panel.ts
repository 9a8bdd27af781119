import { signal } from '@preact/signals'

/** The panels that open above every view. */
export type PanelName = 'uploads' | 'clients' | 'savepoints' | 'scenario'

export const panel = signal<PanelName | undefined>(undefined)

/** Opens a panel, or closes the one that is open. */
export function togglePanel(name: PanelName): void {
  panel.value = panel.value === name ? undefined : name
}

export function closePanel(): void {
  panel.value = undefined
}
