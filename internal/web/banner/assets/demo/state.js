// Shows what the page knows, so that whoever tries the demo can see it.
const out = document.getElementById('state');
const show = state => { out.textContent = Object.keys(state).map(k => `${k}: ${state[k] ? 'yes' : 'no'}`).join(', ') || 'nothing is allowed'; };
addEventListener('fairtouch:consent', e => show(e.detail));
if (window.fairtouch) show(window.fairtouch.state()); // the answer may have come before this file
