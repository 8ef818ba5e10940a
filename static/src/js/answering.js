import { saveAsYouGo } from "./answers-saved.js";
import { oneStepAtATime } from "./answer-steps.js";
import { rememberOwnNeeds, showOwnNeeds } from "./own-needs.js";

saveAsYouGo();
oneStepAtATime();
rememberOwnNeeds();
showOwnNeeds();
