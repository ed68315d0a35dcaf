const nearBottom = 80

/** A scrolling element that stays at its end as long as the reader is there. */
export type PinnedScroll = {
  /** For lit's ref directive. */
  readonly attach: (element: Element | undefined) => void
  pinned(): boolean
  toBottom(): void
  /** Changes what stands above without moving what is being read. */
  keepPlace(change: () => void): void
}

export const pinnedScroll = (onPinned: () => void): PinnedScroll => {
  let area: Element | undefined
  let atEnd = true

  const toBottom = (): void => {
    atEnd = true
    if (area) area.scrollTop = area.scrollHeight
  }
  // Grows with new messages and shrinks with a keyboard: either way the end stays in view.
  const sizes = new ResizeObserver(() => {
    if (atEnd) toBottom()
  })
  const scrolled = (): void => {
    if (!area) return
    const was = atEnd
    atEnd = area.scrollHeight - area.scrollTop - area.clientHeight < nearBottom
    if (atEnd && !was) onPinned()
  }

  return {
    attach: (element) => {
      sizes.disconnect()
      area?.removeEventListener('scroll', scrolled)
      area = element
      if (!element) return
      element.addEventListener('scroll', scrolled, { passive: true })
      sizes.observe(element)
      if (element.firstElementChild) sizes.observe(element.firstElementChild)
      toBottom()
    },
    pinned: () => atEnd,
    toBottom: () => {
      toBottom()
      onPinned()
    },
    keepPlace: (change) => {
      const fromEnd = area ? area.scrollHeight - area.scrollTop : 0
      change()
      if (area) area.scrollTop = area.scrollHeight - fromEnd
    },
  }
}
