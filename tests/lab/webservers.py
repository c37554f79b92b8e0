"""Writes what the HTTPS servers read: certificates, policies, nginx' configuration."""

import json
import os

import labdns
import webca
from universe import Site

WELL_KNOWN = "/.well-known/mta-sts.txt"

NGINX = """\
daemon off;
user root root;
master_process off;
pid run/nginx.pid;
error_log run/nginx.log;
events {{ worker_connections 1024; }}
http {{
    log_format lab '$msec $connection_time $server_addr $connection $status $host $ssl_protocol';
    access_log run/nginx-access.log lab;
    client_body_temp_path run/nginx-body;
    proxy_temp_path run/nginx-proxy;
    fastcgi_temp_path run/nginx-fastcgi;
    uwsgi_temp_path run/nginx-uwsgi;
    scgi_temp_path run/nginx-scgi;
    server_tokens off;
    types {{ }}
    default_type text/plain;
    server_names_hash_bucket_size 512;
    map_hash_bucket_size 512;
    ssl_certificate ../web/certs/$ssl_server_name.pem;
    ssl_certificate_key ../web/certs/$ssl_server_name.pem;
    map $host $answer {{
        default 0;
{answers}    }}
{servers}}}
"""

SERVER = """\
    server {{
{listen}        server_name {name};
{lines}        root web/policies;
        location = {well_known} {{
{returns}            try_files /$host =404;
        }}
        location = /moved/mta-sts.txt {{ try_files /$host =404; }}
        location / {{ return 404; }}
    }}
"""

PROTOCOLS = {
    "": "ssl_protocols TLSv1.2 TLSv1.3;",
    "http2": "ssl_protocols TLSv1.2 TLSv1.3;",
    "tls1.2": "ssl_protocols TLSv1.2;",
    "tls1.0": "ssl_protocols TLSv1; ssl_ciphers ALL:@SECLEVEL=0;",
}
MOVED = (301, 302, 307, 308)
ANSWERS = MOVED + (204, 403, 500, 503)


def write(universe, folder, slow):
    authority = webca.WebCA(universe.seed)
    web = os.path.join(folder, "web")
    for name in ("certs", "policies"):
        os.makedirs(os.path.join(web, name), exist_ok=True)
    _write(web, "ca.pem", authority.root_pem())
    for host, site in universe.sites.items():
        text = labdns.text(host)
        if site.certificate != "none":
            _write(web, f"certs/{text}.pem", authority.chain_pem(text, site.certificate))
        if site.body is not None:
            with open(os.path.join(web, "policies", text), "wb") as file:
                file.write(site.body)
    _write(folder, "conf/nginx.conf", _nginx(universe))
    servers = {address: {"program": server.program, "behaviour": server.behaviour}
               for address, server in universe.web_addresses.items()}
    # slow: waiting for all of one server's policies takes longer than one policy may
    servers["moment"] = 0.15 if slow else 0.005
    _write(web, "servers.json", json.dumps(servers, indent=1))


def _write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="latin-1") as file:
        file.write(text)


def _nginx(universe):
    answers = "".join(f"        {labdns.text(host)} {site.status};\n"
                      for host, site in universe.sites.items() if site.status != 200)
    servers = [_server(server.address, "_", PROTOCOLS[server.behaviour], " default_server"
                       + (" http2" if server.behaviour == "http2" else ""))
               for server in universe.webs.values() if server.program == "nginx"]
    main = universe.webs["main"].address
    servers += [_server(main, labdns.text(host), f'default_type "{site.media_type}";')
                for host, site in universe.sites.items() if site.media_type != Site.media_type]
    return NGINX.format(answers=answers, servers="".join(servers))


def _server(address, name, line, options=""):
    shown = f"[{address}]" if ":" in address else address
    returns = "".join(
        f"            if ($answer = {status}) {{ return {status}"
        f"{' https://$host/moved/mta-sts.txt' if status in MOVED else ''}; }}\n"
        for status in ANSWERS)
    return SERVER.format(
        listen=f"        listen {shown}:443{options} ssl;\n", name=name,
        lines=f"        {line}\n" if line else "", returns=returns, well_known=WELL_KNOWN)
