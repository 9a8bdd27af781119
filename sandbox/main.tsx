import { effect } from '@preact/signals'
import { render } from 'preact'
import { App } from './app.js'
import { loadParts } from './parts/late.js'
import { imports } from './state/imports.js'
import { followKeys } from './state/keys.js'
import { start } from './state/start.js'
import { takeDroppedFiles } from './state/upload.js'

render(<App />, document.body)
start()
takeDroppedFiles()
followKeys()

/** The time from the first list until the rest of the page is loaded: it is there even if the emulator goes away. */
const preloadMs = 1000

const stop = effect(() => {
  if (imports.value === undefined) return
  setTimeout(() => {
    stop()
    void loadParts()
  }, preloadMs)
})
