import { splitMiddle } from '../middle.js'

/** An id on one line. Where it does not fit, its middle is left out: the ends tell ids apart. */
export function Id({ text }: { readonly text: string }) {
  const [start, end] = splitMiddle(text)
  if (end === '') return <bdi>{text}</bdi>
  return (
    <bdi class="middle" title={text}>
      <span>{start}</span>
      <span>{end}</span>
    </bdi>
  )
}
