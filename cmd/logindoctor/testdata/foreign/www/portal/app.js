document.getElementById("app").innerHTML =
  '<form><label>Mail <input name="mail" type="email"></label> <label>Password <input name="word" type="password"></label><button>Sign in</button></form>';
