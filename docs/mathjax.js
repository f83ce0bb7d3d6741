// The site's settings of MathJax. They stand in the head of each page.
MathJax.Hub.Config({
    messageStyle: "none",
    showMathMenu: false,
    tex2jax: { preview: "none" },
});
