import { render } from 'preact'
import { App } from './app.js'
import { start } from './state/start.js'
import { takeDroppedFiles } from './state/upload.js'

render(<App />, document.body)
start()
takeDroppedFiles()
