import { render } from 'preact'
import { App } from './app.js'
import { takeDroppedScenarios } from './state/scenario-file.js'
import { start } from './state/start.js'

render(<App />, document.body)
start()
takeDroppedScenarios()
