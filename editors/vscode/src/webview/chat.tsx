/** The entry of the chat's page. */
import "./chat.css";
document.getElementById("root")?.setAttribute("data-testid", "chat");
