import { Header } from './header.js'
import { useHeaderHeight } from './parts/header-height.js'
import { late } from './parts/late.js'
import { isReachable, Unreachable } from './state/connection.js'
import { dialog } from './state/dialog.js'
import { act, hideNotice, notice } from './state/notice.js'
import { view } from './state/route.js'
import { isLocked } from './state/session.js'
import { refresh } from './state/start.js'
import type { Undo } from './state/undo.js'
import { Unlock } from './unlock.js'
import { ImportsView } from './views/imports.js'
import { OpenPanel } from './views/panels.js'
import { OfferedScenario } from './views/scenario-file.js'
import { DropHint } from './views/upload.js'

const shownViews = {
  imports: ImportsView,
  call: late((parts) => parts.CallView),
  journal: late((parts) => parts.JournalView),
  faults: late((parts) => parts.FaultsView),
  report: late((parts) => parts.RunReportView),
  reference: late((parts) => parts.ReferenceView),
} as const

const Dialogs = late((parts) => parts.OpenDialog)

const unreachable = new Unreachable().message

export function App() {
  useHeaderHeight(!isLocked.value)
  if (isLocked.value) return <Unlock />
  const Shown = shownViews[view.value]
  return (
    <>
      <Header />
      <main>
        <OpenPanel />
        <OfferedScenario />
        <Shown />
      </main>
      <DropHint />
      {dialog.value !== undefined && <Dialogs key={dialog.value} />}
      <div class="notices" role="status">
        {!isReachable.value && !notice.value?.isPassing && (
          <p class="notice failed">{unreachable}</p>
        )}
        {notice.value && (
          <p class={notice.value.failed ? 'notice failed' : 'notice'}>
            <span>{notice.value.text}</span>
            {notice.value.undo && <UndoButton undo={notice.value.undo} />}
            <button type="button" class="quiet" onClick={hideNotice}>
              Dismiss
            </button>
          </p>
        )}
      </div>
    </>
  )
}

function UndoButton({ undo }: { readonly undo: Undo }) {
  return (
    <button type="button" onClick={() => void act(undo.run, undo.done).then(refresh)}>
      Undo
    </button>
  )
}
