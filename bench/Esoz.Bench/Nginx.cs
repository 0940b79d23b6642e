using System.Diagnostics;

namespace Esoz.Bench;

/// <summary>A private nginx that sends files of a temporary directory with <c>sendfile</c>.</summary>
public sealed class Nginx : IDisposable
{
    private const int Port = 5088;

    private static readonly string[] Places = ["/usr/sbin/nginx", "/usr/local/sbin/nginx"];

    private readonly string _directory;
    private readonly Process _process;

    private Nginx(string directory, Process process) => (_directory, _process) = (directory, process);

    public static async Task<Nginx> Start()
    {
        var directory = Directory.CreateTempSubdirectory("esoz-bench-nginx-").FullName;
        Directory.CreateDirectory(Path.Combine(directory, "files"));
        // If root starts it, its workers switch to another user, who may not read our files.
        var user = Environment.IsPrivilegedProcess ? "user root;" : "";
        await File.WriteAllTextAsync(Path.Combine(directory, "nginx.conf"), $$"""
            {{user}}
            daemon off;
            worker_processes auto;
            pid nginx.pid;
            error_log stderr crit;
            events { worker_connections 256; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              keepalive_requests 1000000000;
              client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              server { listen 127.0.0.1:{{Port}}; root files; }
            }
            """);
        var file = Places.FirstOrDefault(File.Exists) ?? "nginx";
        var process = Process.Start(new ProcessStartInfo(file, ["-p", directory, "-c", "nginx.conf"]))!;
        var nginx = new Nginx(directory, process);
        using var http = new HttpClient();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(Url("absent")));
                return nginx;
            }
            catch (HttpRequestException) when (attempt < 50 && !process.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    public string PathOf(string name) => Path.Combine(_directory, "files", name);

    public static string Url(string name) => $"http://127.0.0.1:{Port}/{name}";

    public static async Task<string> TagOf(string name)
    {
        using var http = new HttpClient();
        using var answer = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, Url(name)));
        return answer.Headers.ETag!.ToString();
    }

    public void Dispose()
    {
        // SIGTERM: the master stops its workers as well.
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            kill.WaitForExit();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
