// The site's settings of MathJax. They stand in the head of each page.
MathJax.Hub.Config({
    messageStyle: "none",
    showMathMenu: false,
    tex2jax: { preview: "none" },
    TeX: { MAXBUFFER: 64 * 1024 }, // characters of a formula: gradients of large cells in the gallery
});
