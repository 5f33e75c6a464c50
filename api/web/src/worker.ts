self.onmessage=()=>{}
