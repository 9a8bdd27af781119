import { signal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ImportView } from '../../src/domain/control/vocabulary.js'
import type { HistoryMark, ImportHistory } from '../../src/domain/imports/history.js'
import { testOfHistory } from '../history-snippet.js'
import { CopyButton } from '../parts/buttons.js'
import { numberOf, plural, timeOf } from '../parts/text.js'
import { now } from '../state/clock.js'
import { control } from '../state/control.js'
import { history } from '../state/imports.js'
import { openEntry } from '../state/journal.js'
import {
  type Layout,
  layOut,
  nearestMark,
  type PlacedMark,
  rows,
  type Segment,
  scaleOf,
} from '../timeline.js'
import {
  type Look,
  lookWords,
  markLine,
  markText,
  nextText,
  omissions,
  summary,
} from '../timeline-texts.js'

/** True if the timeline has the width of the page. */
export const isWide = signal(false)

/** The history of an import: a picture, its legend, and the same as a table. */
export function Timeline({ it }: { readonly it: ImportView }) {
  const events = history.value
  if (!events) return null
  return (
    <section class="timeline" aria-label="Timeline">
      <div class="panel-head">
        <h3>Timeline</h3>
        <div class="group">
          <button
            type="button"
            class="widen"
            aria-pressed={isWide.value}
            onClick={() => {
              isWide.value = !isWide.value
            }}
          >
            Wide
          </button>
          <CopyButton
            label="Copy as test"
            text={async () => testOfHistory(it, events, await control.faults.list())}
          />
        </div>
      </div>
      <Picture events={events} grows={'progress' in it.definition} />
      <EventTable events={events} />
    </section>
  )
}

interface PictureProps {
  readonly events: ImportHistory
  readonly grows: boolean
}

function Picture({ events, grows }: PictureProps) {
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  const layout = useMemo(
    () => (width === 0 ? undefined : layOut(events, width, grows)),
    [events, width, grows],
  )
  const [pointed, point] = useState<PlacedMark | undefined>(undefined)
  const next = nextText(events)
  return (
    <div class="picture" ref={frame}>
      {layout === undefined ? (
        <p class="muted">Nothing has happened yet.</p>
      ) : (
        <>
          <Drawing
            layout={layout}
            width={width}
            label={summary(events)}
            pointed={pointed}
            onPoint={point}
          />
          <p class="clip" aria-hidden="true">
            {pointed ? markLine(pointed.mark) : lastLine(events)}
          </p>
          <Legend marks={layout.marks} />
        </>
      )}
      {next !== null && (
        <p>
          <span class="muted">Next:</span> {next}
        </p>
      )}
      {omissions(events, layout?.outside ?? 0).map((sentence) => (
        <small key={sentence}>{sentence}</small>
      ))}
    </div>
  )
}

function lastLine({ marks }: ImportHistory): string {
  const last = marks.findLast(({ kind }) => kind !== 'clock')
  return last === undefined ? '' : markLine(last)
}

/** The width of an element, in pixels; 0 until it is drawn. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const { current } = element
    if (current === null) return
    const measure = () => setWidth(current.clientWidth)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(current)
    return () => observer.disconnect()
  }, [])
  return width
}

interface DrawingProps {
  readonly layout: Layout
  readonly width: number
  readonly label: string
  readonly pointed: PlacedMark | undefined
  readonly onPoint: (mark: PlacedMark | undefined) => void
}

function Drawing({ layout, width, label, pointed, onPoint }: DrawingProps) {
  // It is drawn anew for other events, and not for each move of the pointer.
  const still = useMemo(() => <Still layout={layout} width={width} />, [layout, width])
  const entryId = pointed && 'entryId' in pointed.mark ? pointed.mark.entryId : undefined
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the table has a button for each entry
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={rows.height}
      class={entryId === undefined ? '' : 'linked'}
      onPointerMove={({ currentTarget, clientX, clientY }) => {
        const { left, top } = currentTarget.getBoundingClientRect()
        onPoint(nearestMark(layout.marks, clientX - left, clientY - top))
      }}
      onPointerLeave={() => onPoint(undefined)}
      onClick={() => entryId !== undefined && openEntry(entryId)}
    >
      {still}
      <NowLine layout={layout} width={width} />
      {pointed && <circle class="ring" cx={pointed.x} cy={pointed.y} r="8" />}
    </svg>
  )
}

/** Everything that stands still between two events. */
function Still({ layout, width }: { readonly layout: Layout; readonly width: number }) {
  const { top, bottom } = rows.polls
  const jumps = layout.marks.filter(({ mark }) => mark.kind === 'clock' && mark.from !== mark.to)
  return (
    <>
      <g class="axis">
        <path d={`M0 ${rows.axis}H${width}M0 ${bottom + 8}H${width}`} />
        {layout.highest > 0 && (
          <text class="highest" x="0" y={top - 6}>
            {numberOf(layout.highest)}
          </text>
        )}
        {layout.ticks.map(({ x, text }) => (
          <g key={x}>
            <path d={`M${x} ${top}V${rows.axis + 4}`} />
            <text x={Math.min(Math.max(x, 30), width - 30)} y={rows.axis + 16}>
              {text}
            </text>
          </g>
        ))}
      </g>
      {layout.gap && (
        <rect
          class="gap"
          x={layout.gap.x}
          y={top - 4}
          width={layout.gap.width}
          height={bottom - top + 8}
        />
      )}
      <path class="course" d={layout.course} />
      {layout.band.map((it) => (
        <Band key={it.x} it={it} row={rows.band} />
      ))}
      {layout.overrides.map((it) => (
        <Band key={it.x} it={it} row={rows.overrides} />
      ))}
      <path class="jump" d={jumps.map(({ x, y }) => `M${x} ${top - 4}V${y - 6}`).join('')} />
      {looksOf(layout.marks).map((look) => (
        <Marks key={look} marks={layout.marks} look={look} />
      ))}
      {layout.counts.map(({ x, y, count }) => (
        <text key={x} class="count" x={x + 8} y={y + 4}>
          ×{count}
        </text>
      ))}
    </>
  )
}

interface BandProps {
  readonly it: Segment
  readonly row: { readonly top: number; readonly height: number }
}

function Band({ it: { x, width, state, text, fits, isAhead }, row: { top, height } }: BandProps) {
  return (
    <g class={isAhead ? 'band ahead' : 'band'} data-look={state}>
      <title>{text}</title>
      <rect x={x + 0.5} y={top + 0.5} width={Math.max(1, width - 2)} height={height - 1} rx="4" />
      {fits && (
        <text x={x + 7} y={top + height / 2 + 4}>
          {text}
        </text>
      )}
    </g>
  )
}

function NowLine({ layout, width }: { readonly layout: Layout; readonly width: number }) {
  if (now.value < layout.from || now.value > layout.to) return null
  const x = scaleOf(layout, width)(now.value)
  return (
    <g class="now">
      <path d={`M${x} ${rows.polls.top - 6}V${rows.axis}`} />
      <text x={Math.min(x + 4, width - 24)} y={rows.polls.top - 2}>
        now
      </text>
    </g>
  )
}

/** All marks of one look. They are one path, because a thousand elements cost a browser 50 ms. */
function Marks({ marks, look }: { readonly marks: readonly PlacedMark[]; readonly look: Look }) {
  const places = marks.flatMap((it) => (it.look === look ? `M${it.x} ${it.y}${glyphs[look]}` : []))
  return <path class="mark" data-look={look} d={places.join('')} />
}

const circle = 'm-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z'

/** Each look has a form of its own: colours alone do not say it to everyone. A form starts at its centre. */
const glyphs: Readonly<Record<Look, string>> = {
  pending: circle,
  processing: 'm0-4.5l4.5 4.5l-4.5 4.5l-4.5-4.5z',
  processed: circle,
  failed: 'm-3.5-3.5h7v7h-7z',
  error: 'm0-4.5l4.5 8h-9z',
  fault: 'm1.5-6l-5.5 7h3.5l-1 5l5.5-7h-3.5z',
  refusal: 'm-4-4l8 8m0-8l-8 8',
  download: 'm0-5.5v9.5m-4-3.5l4 4l4-4m-8.5 5.5h9',
  upload: 'm0 5.5v-9.5m-4 3.5l4-4l4 4m-8.5-5.5h9',
  clock: 'm-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0m5-3v3l2 1.5',
  finish: 'm-3 6v-11.5h7.5l-2 3l2 3h-7.5',
  override: 'm-5-1.5h6.5v6.5h-6.5zm3 0v-3.5h6.5v6.5h-3',
  clearOverride: 'm4.5 5v-4a3 3 0 0 0-3-3h-6m2.5-3l-3 3l3 3',
}

/** The looks that there are, in the order of the legend. */
function looksOf(marks: readonly PlacedMark[]): Look[] {
  const present = new Set(marks.map(({ look }) => look))
  return (Object.keys(lookWords) as Look[]).filter((look) => present.has(look))
}

function Legend({ marks }: { readonly marks: readonly PlacedMark[] }) {
  return (
    <ul class="legend" aria-label="Legend">
      {looksOf(marks).map((look) => (
        <li key={look}>
          <svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">
            <path class="mark" data-look={look} d={`M0 0${glyphs[look]}`} />
          </svg>
          {lookWords[look]}
        </li>
      ))}
    </ul>
  )
}

/** The same events in order of arrival. Its rows are made once it is opened. */
function EventTable({ events: { marks } }: { readonly events: ImportHistory }) {
  const [isOpen, setOpen] = useState(false)
  if (marks.length === 0) return null
  return (
    <details class="evidence" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{plural(marks.length, 'event')} as a table</summary>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long table is scrolled by keyboard too
        <section class="table" tabIndex={0} aria-label="Events">
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Event</th>
                <th scope="col">Status</th>
                <th scope="col">Client</th>
                <th scope="col">Entry</th>
              </tr>
            </thead>
            <tbody>
              {marks.map((mark, index) => (
                <EventRow key={index} mark={mark} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  )
}

function EventRow({ mark }: { readonly mark: HistoryMark }) {
  const request = 'entryId' in mark ? mark : undefined
  return (
    <tr>
      <td>{timeOf(mark.at)}</td>
      <td dir="auto">{markText(mark)}</td>
      <td>{request && (request.status ?? 'no response')}</td>
      <td dir="auto">{request?.client}</td>
      <td>
        {request && (
          <button
            type="button"
            class="quiet"
            aria-label={`Entry ${request.entryId}`}
            onClick={() => openEntry(request.entryId)}
          >
            {request.entryId}
          </button>
        )}
      </td>
    </tr>
  )
}
