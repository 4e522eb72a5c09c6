/** The look of the page, in the order in which later rules win. */
import "./tokens.css";
import "./base.css";
import "./shell.css";
