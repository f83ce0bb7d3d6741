"""Headless Chromium, which shows pages of the site and finds their flaws."""

import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
FLAWS = (Path(__file__).parent / "flaws.js").read_text()
# Calls back when frames have loaded and all formulas are set.
READY = """
const done = arguments[arguments.length - 1];
const settled = () => requestAnimationFrame(() => requestAnimationFrame(done));
window.MathJax && MathJax.Hub ? MathJax.Hub.Queue(settled) : settled();
"""
PATIENCE = 120  # seconds; other tests may use the processor


class Browser:
    """Opens pages one after the other, in one window. A context: it ends the browser."""

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for argument in (*ARGUMENTS, f"--user-data-dir={self.profile.name}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_page_load_timeout(PATIENCE)
        self.driver.set_script_timeout(PATIENCE)
        return self

    def __exit__(self, *_):
        self.driver.quit()
        self.profile.cleanup()

    def set_width(self, width):
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def set_dark(self, is_dark):
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def flaws(self, address, widths):
        """A sentence for each flaw of a page: in its layout at each width, and on the console."""
        self.set_width(widths[0])
        self.driver.get(address)
        for width in widths:
            self.set_width(width)
            self.driver.execute_async_script(READY)
            yield from (f"at {width} pixels, {flaw}" for flaw in self.driver.execute_script(FLAWS))
        for entry in self.driver.get_log("browser"):
            if entry["level"] == "SEVERE":
                yield f"the console says: {entry['message']}"

    def search(self, address, word):
        """The results that the site's search shows for a word, when it has ended."""
        self.driver.get(address)
        field = self.driver.find_element(By.ID, "MSearchField")
        field.send_keys(word)
        field.send_keys(Keys.ENTER)
        self.driver.switch_to.frame("MSearchResults")

        def results(driver):
            shown = [r.text for r in driver.find_elements(By.CSS_SELECTOR, ".SRResult, .SRStatus") if r.is_displayed()]
            return [] if not shown or shown[0] in ("Loading...", "Searching...") else shown

        return WebDriverWait(self.driver, PATIENCE).until(results)
