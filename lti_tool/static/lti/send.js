// Sends the form on the page by itself; its button stays for browsers without scripts.
document.querySelector("form[data-send]")?.submit();
