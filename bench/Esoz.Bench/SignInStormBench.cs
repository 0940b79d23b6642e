using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Esoz.Platform.Access;
using Esoz.SignIn;
using static System.FormattableString;

namespace Esoz.Bench;

/// <summary>
/// What a storm of sign-ins does to the other methods: the time of a job's status alone, and while many users sign in at the same time
/// (docs/adr/0036-passwords.md).
/// </summary>
public static class SignInStormBench
{
    public const string Name = "sign-in-storm";

    private const int Users = 50;
    private const int Readers = 4;
    private const string Password = "Password-of-the-bench-1";
    private static readonly Guid Mis = Guid.Parse("0d9e8c7b-0000-4000-8000-000000000003");
    private static readonly Guid Reader = Guid.Parse("0d9e8c7b-0000-4000-8000-000000000004");

    public static async Task Run(BenchInstallation installation, Load load)
    {
        var registrar = new Registrar(installation.Database);
        await registrar.Register(new(Mis, "MIS", null, null, "DIRECT", null), CancellationToken.None);
        var hash = PasswordHash.Of(Password);
        await installation.Prepare($$"""
            UPDATE clients SET settings = '{"allowed_grant_types":["password"]}', scope = 'app:authorize composition:read' WHERE id = '{{Mis}}';
            INSERT INTO users (id, email, password_hash, password_set_at)
            SELECT gen_random_uuid(), 'user' || i || '@bench.invalid', '{{hash}}', now() FROM generate_series(1, {{Users}}) i;
            """);
        var token = (await registrar.IssueToken(Mis, Reader, "composition:read", TimeSpan.FromHours(1), CancellationToken.None))!;
        await installation.Serve();
        using var http = new HttpClient { BaseAddress = new Uri(BenchInstallation.Url) };
        await Read(http, token, TimeSpan.FromSeconds(2));
        for (var round = 1; round <= load.Rounds; round++)
        {
            var alone = await Read(http, token, TimeSpan.FromSeconds(load.Seconds));
            using var end = new CancellationTokenSource();
            var storm = Task.WhenAll(Enumerable.Range(1, Users).Select(user => SignIn(http, user, end.Token)));
            var during = await Read(http, token, TimeSpan.FromSeconds(load.Seconds));
            await end.CancelAsync();
            var signIns = (await storm).Sum();
            Figures.Add("p99 alone", P99(alone), "ms", Told(alone));
            Figures.Add("p99 during sign-ins", P99(during), "ms", Told(during));
            Figures.Add("sign-ins", signIns / (double)load.Seconds, "/s", $"{Users} at a time");
        }
    }

    private static async Task<int> SignIn(HttpClient http, int user, CancellationToken end)
    {
        var count = 0;
        while (!end.IsCancellationRequested)
        {
            using var answer = await http.PostAsJsonAsync("/auth/login", new
            {
                token = new
                {
                    grant_type = "password",
                    email = $"user{user}@bench.invalid",
                    password = Password,
                    client_id = Mis,
                    scope = "app:authorize",
                },
            }, CancellationToken.None);
            if (answer.IsSuccessStatusCode)
                count++;
            // On a busy machine one may wait for a turn in vain.
            else if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                throw new InvalidOperationException($"A sign-in was answered {(int)answer.StatusCode}.");
        }
        return count;
    }

    private static async Task<List<double>> Read(HttpClient http, string token, TimeSpan time)
    {
        var times = new ConcurrentBag<double>();
        var total = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Readers).Select(async _ =>
        {
            while (total.Elapsed < time)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/patients/composition/job/{Guid.NewGuid()}");
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                var clock = Stopwatch.StartNew();
                using var answer = await http.SendAsync(request);
                times.Add(clock.Elapsed.TotalMilliseconds);
            }
        }));
        return [.. times.Order()];
    }

    private static string Told(List<double> times) =>
        Invariant($"p50 {times[times.Count / 2]:F2} ms, {times.Count} answers");

    private static double P99(List<double> times) => times[times.Count * 99 / 100];
}
