"""What a hostile page has a browser do: ask for addresses inside in every way that there is, and never end."""

from collections.abc import Sequence

from bench.lab_browser import Pages

NASTY = {
    "alerts": "<script>while(true){try{alert('Call +1 888 555 0142')}catch(e){}}</script>",
    "alert timer": "<script>setInterval(()=>alert('locked'),1)</script>",
    "prints": "<script>while(true)print()</script>",
    "busy": "<script>while(true);</script>",
    "busy later": "<script>setTimeout(()=>{while(true);},50)</script>",
    "leaves": "<script>onbeforeunload=()=>'stay';location='/x'</script>",
    "windows": "<script>setInterval(()=>open('/pop'),20)</script>",
    "reloads": "<script>setTimeout(()=>location.reload(),10)</script>",
    "tall": "<body style='height:400000px;background:linear-gradient(red,blue)'>",
    "wide": "<body style='width:400000px'>",
    "never quiet": "<script>setInterval(()=>fetch('/x?'+Math.random()),100)</script>",
    "download": "<script>location='data:application/octet-stream,x'</script>",
    "full screen": "<script>document.documentElement.requestFullscreen()</script>",
    "many nodes": "<script>for(i=0;i<1e5;i++)document.body.append(document.createElement('p'))</script>",
    "memory": "<script>a=[];setInterval(()=>a.push(new Uint8Array(1e8).fill(1)),10)</script>",
    "workers": "<script>for(i=0;i<30;i++)new Worker('data:text/javascript,while(true);')</script>",
}


def page_of(pages: Pages, hosts: Sequence[str], port: int) -> None:
    """Put a page on the front that asks for each host in every way that we know."""
    parts, scripts = [], []
    for at, host in enumerate(hosts):
        url = f"http://{host}:{port}"
        pages.pages[f"/go/{at}"] = (302, {"Location": f"{url}/redirect", "Content-Length": "0"}, b"")
        parts.append(
            f"<iframe src='{url}/frame'></iframe><img src='{url}/img'><img src='/go/{at}'>"
            f"<iframe src='/go/{at}'></iframe>"
            f"<link rel=icon href='{url}/icon'><link rel=prefetch href='{url}/p'><link rel=preconnect href='{url}'>"
            f"<link rel=dns-prefetch href='//{host}'><link rel=dns-prefetch href='//inside-{at}.test'>"
            f"<link rel=stylesheet href='{url}/css'><object data='{url}/o'></object><video src='{url}/v'></video>"
        )
        scripts.append(
            f"try{{new WebSocket('ws://{host}:{port}/')}}catch(e){{}}try{{new EventSource('{url}/e')}}catch(e){{}}"
            f"fetch('{url}/f',{{mode:'no-cors'}}).catch(e=>0);fetch('/go/{at}',{{mode:'no-cors'}}).catch(e=>0);"
            f"try{{let p=new RTCPeerConnection({{iceServers:[{{urls:'stun:{host}:{port}'}},"
            f"{{urls:'turn:{host}:{port}?transport=tcp',username:'a',credential:'b'}}]}});"
            "p.createDataChannel('a');p.createOffer().then(o=>p.setLocalDescription(o))}catch(e){}"
            f"try{{new WebTransport('https://{host}:{port}/')}}catch(e){{}}"
        )
    pages.put("/", f"<title>inside</title>{''.join(parts)}<script>{''.join(scripts)}</script>")
