/** The entry of the chat's page. */
import "./chat.css";
document.getElementById("root")?.setAttribute("data-testid", "chat");
document.getElementById("root")?.append("The chat");
document.getElementById("root")?.setAttribute("data-engine", "ready");
