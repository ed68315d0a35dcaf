let shown: string | undefined

/**
 * After each render: when another screen came up, its heading gets the focus (or what it marks with data-focus, unless
 * that would pull up a phone's keyboard) and the tab its title.
 */
export const followScreen = (root: ParentNode, unread: number): void => {
  const main = root.querySelector<HTMLElement>('[data-screen]')
  const heading = root.querySelector<HTMLElement>('h1')
  const name = heading?.textContent?.trim()
  document.title = `${unread > 0 ? `(${unread}) ` : ''}${name ? `${name} · kez` : 'kez'}`
  const screen = main?.dataset.screen
  if (screen === shown || !screen) return
  const first = shown === undefined
  shown = screen
  const wanted = main?.querySelector<HTMLElement>('[data-focus]')
  const keyboardOnScreen = window.matchMedia('(pointer: coarse)').matches
  if (wanted && !keyboardOnScreen) wanted.focus()
  else if (!first) heading?.focus()
}
