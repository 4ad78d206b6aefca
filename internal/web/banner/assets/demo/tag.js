// Stands for a tag of a supplier. It runs only after a yes.
document.getElementById('tag').textContent = 'The statistics tag has run.';
