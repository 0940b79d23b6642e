using System.Net;
using System.Net.Http.Headers;
using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Tests.Processes;

/// <summary>How a running server stops: requests in progress finish, the readiness probe keeps new ones away.</summary>
public sealed class DrainingTests(TestCluster cluster) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-draining-").FullName;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false });

    /// <summary>Drains for longer than any test waits.</summary>
    private static Dictionary<string, string> Patient => new() { ["ESOZ_DRAIN_SECONDS"] = "3600" };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(DisplayName = "SIGTERM and Ctrl-C drain: not ready, the request under way is answered, its connection closed, exit 0")]
    [InlineData(ServerProcess.Terminate)]
    [InlineData(ServerProcess.Interrupt)]
    public async Task Drains(int signal)
    {
        var (server, token, lockHolder) = await Start(Patient);
        using var running = server;
        var answer = Deactivate(server, token);
        await Blocked(lockHolder);

        server.Signal(signal);

        await NotReady(server);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(new Uri(server.Url, "/healthz/live"), Ct)).StatusCode);
        Assert.False(answer.IsCompleted);
        await Release(lockHolder);
        using var response = await answer;
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.True(response.Headers.ConnectionClose);
        await server.EndsWell();
    }

    [Fact(DisplayName = "An idle server stops without draining, though a client keeps its connection")]
    public async Task Idle()
    {
        using var server = await ServerProcess.Serve(await Configuration(Patient));
        await _http.GetAsync(new Uri(server.Url, "/healthz/live"), Ct);

        server.Signal(ServerProcess.Terminate);

        await server.EndsWell();
    }

    [Fact(DisplayName = "For ESOZ_DRAIN_DELAY_SECONDS a stopped server is not ready and answers on, so that a balancer can see it; a second signal ends it")]
    public async Task Delayed()
    {
        using var server = await ServerProcess.Serve(await Configuration(new() { ["ESOZ_DRAIN_DELAY_SECONDS"] = "600" }));

        server.Signal(ServerProcess.Terminate);

        await NotReady(server);
        using var answer = await _http.GetAsync(new Uri(server.Url, "/openapi.json"), Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(server.HasExited);
        server.Signal(ServerProcess.Terminate);
        await server.EndsWell();
    }

    [Fact(DisplayName = "Draining ends after ESOZ_DRAIN_SECONDS")]
    public async Task Bounded()
    {
        var (patient, patientToken, patientLock) = await Start(Patient);
        using var other = patient;
        var patientAnswer = Deactivate(patient, patientToken);
        await Blocked(patientLock);
        var (server, token, lockHolder) = await Start(new() { ["ESOZ_DRAIN_SECONDS"] = "1" });
        using var running = server;
        var answer = Deactivate(server, token);
        await Blocked(lockHolder);

        patient.Signal(ServerProcess.Terminate);
        server.Signal(ServerProcess.Terminate);

        await server.EndsWell();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer);
        await Release(lockHolder);
        Assert.False(patient.HasExited || patientAnswer.IsCompleted);
        await Release(patientLock);
        using var answered = await patientAnswer;
        Assert.Equal(HttpStatusCode.NotFound, answered.StatusCode);
        await patient.EndsWell();
    }

    [Fact(DisplayName = "A second Ctrl-C cuts the drain short")]
    public async Task Twice()
    {
        var (server, token, lockHolder) = await Start(Patient);
        using var running = server;
        var answer = Deactivate(server, token);
        await Blocked(lockHolder);
        server.Signal(ServerProcess.Interrupt);
        await NotReady(server);

        server.Signal(ServerProcess.Interrupt);

        await server.EndsWell();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer);
        await Release(lockHolder);
    }

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A server, a token for it, and a connection whose lock blocks requests for the role.</summary>
    private async Task<(ServerProcess Server, string Token, NpgsqlConnection LockHolder)> Start(Dictionary<string, string> settings)
    {
        var configuration = await Configuration(settings);
        var server = await ServerProcess.Serve(configuration);
        await using var database = new PostgresDatabase(configuration["ESOZ_DATABASE"]);
        var registrar = new Registrar(database);
        var client = Guid.NewGuid();
        Assert.True(await registrar.Register(new(client, "MSP", null, "employee_role:write", "DIRECT", null), Ct));
        var token = await registrar.IssueToken(client, Guid.NewGuid(), "employee_role:write", TimeSpan.FromHours(1), Ct);
        await database.Command(
            "INSERT INTO legal_entities (id, name, status, type, edrpou, addresses, is_active, inserted_at, inserted_by) VALUES ($1, 'КНП', 'ACTIVE', 'OUTPATIENT', '40000001', '[]', true, now(), $1)", client)
            .ExecuteNonQueryAsync(Ct);

        var lockHolder = new NpgsqlConnection($"{configuration["ESOZ_DATABASE"]};Pooling=false");
        await lockHolder.OpenAsync(Ct);
        await lockHolder.Execute("BEGIN", Ct);
        await lockHolder.Execute("LOCK TABLE esoz.employee_roles IN ACCESS EXCLUSIVE MODE", Ct);
        return (server, token!, lockHolder);
    }

    private async Task<Dictionary<string, string>> Configuration(Dictionary<string, string> settings) => new(settings)
    {
        ["ESOZ_DATABASE"] = await cluster.CreateDatabase() + ";Command Timeout=0",
        ["ESOZ_DATA_DIR"] = _directory,
        ["ESOZ_LOCK_TIMEOUT_SECONDS"] = "60",
        ["ESOZ_STATEMENT_TIMEOUT_SECONDS"] = "300",
    };

    private Task<HttpResponseMessage> Deactivate(ServerProcess server, string token)
    {
        var request = new HttpRequestMessage(
            HttpMethod.Patch, new Uri(server.Url, $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return _http.SendAsync(request, Ct);
    }

    private static async Task Blocked(NpgsqlConnection lockHolder)
    {
        const string Waiting =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%FROM employee_roles role%'";
        await using var command = new NpgsqlCommand(Waiting, lockHolder);
        await Eventually.Holds(async () =>
        {
            // A transaction caches the activity statistics it has read.
            await lockHolder.Execute("SELECT pg_stat_clear_snapshot()", Ct);
            return (long)(await command.ExecuteScalarAsync(Ct))! > 0;
        });
    }

    private Task NotReady(ServerProcess server) => Eventually.Holds(async () =>
    {
        using var ready = await _http.GetAsync(new Uri(server.Url, "/healthz/ready"), Ct);
        return ready.StatusCode == HttpStatusCode.ServiceUnavailable && await ready.Content.ReadAsStringAsync(Ct) == "draining\n";
    });

    private static async Task Release(NpgsqlConnection lockHolder)
    {
        await lockHolder.Execute("ROLLBACK", Ct);
        await lockHolder.DisposeAsync();
    }
}
