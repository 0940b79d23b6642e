using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Esoz.Tests.Cluster;

/// <summary>
/// Clients of the cluster that never stop: some write records, some order compositions, one uploads files and one downloads the bulk
/// export. All go through the balancer of one machine. What is acknowledged goes into a ledger.
/// </summary>
/// <param name="subject">With what they work.</param>
/// <param name="entry">Address and port of the balancer.</param>
public sealed class Load(LoadSubject subject, (string Address, int Port) entry, Ledger ledger) : IAsyncDisposable
{
    private const int Writers = 4;
    private const int Orderers = 2;

    private static int _number = 1_000_000;

    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _clients = [];

    public void Start()
    {
        for (var i = 0; i < Writers; i++)
            _clients.Add(Client(Write));
        for (var i = 0; i < Orderers; i++)
            _clients.Add(Client(Order));
        _clients.Add(Client(Upload));
        _clients.Add(Client(Download));
    }

    /// <summary>No new requests; those under way are answered.</summary>
    public async Task End()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_clients);
    }

    /// <summary>Fails when a client got an answer that it must not get.</summary>
    public void GoesOn() => _clients.FirstOrDefault(client => client.IsFaulted)?.GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        // What fails is said by End; here it would hide why the test ends.
        await Task.WhenAll(_clients).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private Task Client(Func<HttpClient, Task> request) => Task.Run(async () =>
    {
        using var http = Connected();
        while (!_end.IsCancellationRequested)
        {
            await request(http);
            await Task.Delay(10);
        }
    });

    /// <summary>
    /// One record, sent with the same Idempotency-Key until it is acknowledged: it must be there, and only once. Its number is its limit of
    /// declarations.
    /// </summary>
    private async Task Write(HttpClient http)
    {
        var number = Interlocked.Increment(ref _number);
        var key = $"{Guid.NewGuid()}";
        var body = subject.Record(number);
        do
        {
            var (status, text) = await Send(http, "write",
                () => Json(HttpMethod.Post, "/api/admin/contract_employees", body, subject.Nhs, key));
            if (status is null)
            {
                await Task.Delay(200);
                continue;
            }
            Assert.True(status == HttpStatusCode.Created, text);
            ledger.Written(number, Data(text!).GetProperty("id").GetGuid());
            return;
        }
        while (!_end.IsCancellationRequested);
    }

    /// <summary>An order whose answer does not come is not repeated: white space makes every order a new one.</summary>
    private async Task Order(HttpClient http)
    {
        var (doctor, body) = subject.Order();
        var (status, text) = await Send(http, "job", () => Json(HttpMethod.Post, "/api/patients/composition", body, doctor));
        if (status is null)
        {
            await Task.Delay(200);
            return;
        }
        Assert.True(status == HttpStatusCode.OK, text);
        ledger.Jobs[Data(text!).GetProperty("id").GetGuid()] = true;
    }

    private async Task Upload(HttpClient http)
    {
        var folder = Guid.NewGuid();
        var order = new JsonObject { ["action"] = "PUT", ["resource_id"] = $"{folder}", ["resource_name"] = LoadSubject.FileName };
        var (status, text) = await Send(http, "link",
            () => Json(HttpMethod.Post, "/api/admin/contracts/media_storage/generate_url", order.ToJsonString(), subject.Nhs));
        if (status is null)
        {
            await Task.Delay(200);
            return;
        }
        Assert.True(status == HttpStatusCode.OK, text);
        var content = RandomNumberGenerator.GetBytes(50_000);
        var (stored, refused) = await Send(http, "upload", () => new(HttpMethod.Put, Data(text!).GetProperty("url").GetString()!)
        {
            Content = new ByteArrayContent(content),
        });
        if (stored is null)
            return;
        Assert.True(stored == HttpStatusCode.OK, refused);
        ledger.Uploads[folder] = Convert.ToHexString(SHA256.HashData(content));
        await Task.Delay(100);
    }

    private async Task Download(HttpClient http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/pis/bulk/employees");
        request.Headers.Add("api-key", subject.PisKey);
        // The form whose bytes are the same for everybody.
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        try
        {
            using var answer = await http.SendAsync(request);
            if ((int)answer.StatusCode >= 500)
            {
                ledger.Failed("download", $"{(int)answer.StatusCode}");
                await Task.Delay(200);
                return;
            }
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            ledger.Downloaded(answer.Headers.ETag!.Tag, Convert.ToHexString(SHA256.HashData(await answer.Content.ReadAsByteArrayAsync())));
        }
        catch (Exception cut) when (cut is HttpRequestException or TaskCanceledException)
        {
            ledger.Failed("download", Words(cut));
        }
        await Task.Delay(50);
    }

    /// <summary>Null and null when nothing was answered, or a 5xx.</summary>
    private async Task<(HttpStatusCode? Status, string? Text)> Send(HttpClient http, string kind, Func<HttpRequestMessage> create)
    {
        using var request = create();
        try
        {
            using var answer = await http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            if ((int)answer.StatusCode < 500)
                return (answer.StatusCode, text);
            ledger.Failed(kind, $"{(int)answer.StatusCode}");
            return (null, null);
        }
        catch (Exception cut) when (cut is HttpRequestException or TaskCanceledException)
        {
            ledger.Failed(kind, Words(cut));
            return (null, null);
        }
    }

    private static string Words(Exception cut) =>
        cut is TaskCanceledException ? "no answer within 30 s" : (cut.InnerException ?? cut).Message;

    private static JsonElement Data(string text) => JsonElement.Parse(text).GetProperty("data");

    private static HttpRequestMessage Json(HttpMethod verb, string path, string body, Credential credential, string? key = null)
    {
        var request = new HttpRequestMessage(verb, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", credential.Token) },
        };
        if (credential.ApiKey is not null)
            request.Headers.Add("api-key", credential.ApiKey);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    /// <summary>Requests to the public name go to the balancer under test, others where they say.</summary>
    private HttpClient Connected() => new(new SocketsHttpHandler
    {
        UseCookies = false,
        SslOptions =
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == $"CN={PatroniCluster.HostName}",
        },
        ConnectCallback = async (context, ct) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                if (context.DnsEndPoint.Host == PatroniCluster.HostName)
                    await socket.ConnectAsync(entry.Address, entry.Port, ct);
                else
                    await socket.ConnectAsync(context.DnsEndPoint, ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    {
        BaseAddress = new Uri($"https://{PatroniCluster.HostName}"),
        Timeout = TimeSpan.FromSeconds(30),
    };
}
