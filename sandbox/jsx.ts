/** The functions that elements are compiled to: scripts/sandbox.js puts them into each file. */
export { Fragment, h } from 'preact'
