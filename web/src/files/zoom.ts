const most = 6
const tapped = 2.5

type Point = { readonly x: number; readonly y: number }

const between = ([a, b]: readonly Point[]): number => (a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0)

const middle = (points: readonly Point[]): Point => ({
  x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
  y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
})

/** How far the area is zoomed stands in its `--zoom`; what is larger than it is scrolled. */
const zoomTo = (area: HTMLElement, wanted: number, at: Point): number => {
  const before = Number(area.style.getPropertyValue('--zoom') || 1)
  const by = Math.min(most, Math.max(1, wanted))
  const { left, top } = area.getBoundingClientRect()
  const [x, y] = [at.x - left, at.y - top]
  const [fromLeft, fromTop] = [(area.scrollLeft + x) / before, (area.scrollTop + y) / before]
  area.style.setProperty('--zoom', String(by))
  area.dataset.zoomed = String(by > 1)
  area.scrollTo(fromLeft * by - x, fromTop * by - y)
  return by
}

/** Zooms what is in an area: by a tap or click at that place, by two fingers, by the keys + and -, by a button. */
export const zoomOf = (told: (by: number) => void) => {
  let area: HTMLElement | undefined
  let listening = new AbortController()
  const now = (): number => Number(area?.style.getPropertyValue('--zoom') || 1)
  const to = (wanted: number, at?: Point): void => {
    if (!area) return
    const { left, top, width, height } = area.getBoundingClientRect()
    told(zoomTo(area, wanted, at ?? { x: left + width / 2, y: top + height / 2 }))
  }

  const listen = (element: HTMLElement): void => {
    const fingers = new Map<number, Point>()
    let pinch: { readonly apart: number; readonly by: number } | undefined
    const { signal } = listening
    const on = <Name extends keyof HTMLElementEventMap>(
      name: Name,
      take: (event: HTMLElementEventMap[Name]) => void,
    ): void => element.addEventListener(name, take, { signal })
    const lift = ({ pointerId }: PointerEvent): void => {
      fingers.delete(pointerId)
      if (fingers.size === 0) setTimeout(() => (pinch = undefined))
    }
    on('pointerdown', ({ pointerId, clientX, clientY }) => {
      fingers.set(pointerId, { x: clientX, y: clientY })
      if (fingers.size === 2) pinch = { apart: between([...fingers.values()]), by: now() }
    })
    on('pointermove', ({ pointerId, clientX, clientY }) => {
      if (!fingers.has(pointerId)) return
      fingers.set(pointerId, { x: clientX, y: clientY })
      const points = [...fingers.values()]
      if (pinch && points.length === 2 && pinch.apart > 0)
        to((pinch.by * between(points)) / pinch.apart, middle(points))
    })
    on('pointerup', lift)
    on('pointercancel', lift)
    on('click', ({ target, clientX, clientY }) => {
      if (!(target instanceof HTMLImageElement) || pinch) return
      to(now() > 1 ? 1 : tapped, { x: clientX, y: clientY })
    })
    element.closest('dialog')?.addEventListener(
      'keydown',
      ({ key }) => {
        if (key === '+') to(now() * 1.5)
        if (key === '-') to(now() / 1.5)
      },
      { signal },
    )
  }

  return {
    attach: (element: Element | undefined): void => {
      listening.abort()
      listening = new AbortController()
      area = element instanceof HTMLElement ? element : undefined
      if (area) listen(area)
    },
    toggle: (): void => to(now() > 1 ? 1 : tapped),
  }
}
