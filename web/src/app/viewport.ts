/** Keeps the app as high as what a phone's keyboard leaves visible, where the browser does not do so itself. */
export const followViewport = (): void => {
  const viewport = window.visualViewport
  if (!viewport) return
  const fit = (): void => {
    // Zoomed in, the visual viewport is a part of the page, not its size.
    const zoomed = viewport.scale > 1.01
    if (zoomed) return
    document.documentElement.style.setProperty('--app-height', `${viewport.height}px`)
    window.scrollTo(0, 0)
  }
  viewport.addEventListener('resize', fit)
  fit()
}
