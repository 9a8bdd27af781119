import { useLayoutEffect } from 'preact/hooks'

/** Tells the styles how high the header is, whatever wraps in it: `--header`. */
export function useHeaderHeight(isThere: boolean): void {
  useLayoutEffect(() => {
    const header = document.querySelector('.top')
    if (!isThere || header === null) return
    const observer = new ResizeObserver(() => {
      const { height } = header.getBoundingClientRect()
      document.documentElement.style.setProperty('--header', `${height}px`)
    })
    observer.observe(header)
    return () => observer.disconnect()
  }, [isThere])
}
