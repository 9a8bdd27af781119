import { signal } from '@preact/signals'

/** The panels that open above every view. */
export type PanelName = 'uploads' | 'clients' | 'savepoints' | 'scenario' | 'tour'

export const panel = signal<PanelName | undefined>(undefined)

/** Opens a panel, or closes the one that is open. */
export function togglePanel(name: PanelName): void {
  panel.value = panel.value === name ? undefined : name
}

export function closePanel(): void {
  panel.value = undefined
}

const tourKey = 'tour'

/** Opens the tour, unless somebody closed it once. */
export function offerTour(): void {
  if (panel.value === undefined && localStorage.getItem(tourKey) === null) panel.value = 'tour'
}

export function endTour(): void {
  localStorage.setItem(tourKey, 'seen')
  closePanel()
}
