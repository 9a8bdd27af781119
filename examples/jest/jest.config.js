// Ordinary modules, as Node runs them.
export default { transform: {} }
