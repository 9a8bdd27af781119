/*
 * The parts of the page that are loaded when somebody first opens one of them: all in one file.
 */

export { ClientsPanel } from './panels/clients.js'
export { OpenDialog } from './panels/dialogs.js'
export { ResultFile } from './panels/result.js'
export { SavepointsPanel } from './panels/savepoints.js'
export { ScenarioPanel } from './panels/scenario.js'
export { TourPanel } from './panels/tour.js'
export { UploadsPanel } from './panels/uploads.js'
export { loadDocument } from './state/documents.js'
export { CallView } from './views/call.js'
export { FaultsView } from './views/faults.js'
export { ImportDetails } from './views/import-details.js'
export { ImportForm } from './views/import-form.js'
export { JournalView } from './views/journal.js'
export { ReferenceView } from './views/reference.js'
export { RunReportView } from './views/run-report.js'
