using Esoz.Codes;
using Esoz.Platform.Http;
using static Esoz.Sandbox.Demo.DemoExamples;

namespace Esoz.Sandbox.Demo;

/// <summary>Examples of the methods of employees.</summary>
internal static class EmployeeExamples
{
    /// <summary>Empty for a method of another area.</summary>
    public static IEnumerable<DemoExample> Of(MethodCard card, DemoCredentials credentials) => card.Id switch
    {
        "get-employees" =>
        [
            new(card, "doctors of the clinic", $"{card.Path}?employee_type=DOCTOR", [Bearer(credentials.ClinicOwner)], null, 200),
            new(card, "there is no such status", $"{card.Path}?status=ACTIVE", [Bearer(credentials.ClinicOwner)], null, 422),
        ],
        "get-employee-by-id" =>
        [
            new(card, "the doctor, with education and specialities", With(card, DemoIds.Doctor),
                [Bearer(credentials.ClinicOwner)], null, 200),
            new(card, "the gynaecologist works for the hospital", With(card, DemoIds.Gynaecologist),
                [Bearer(credentials.ClinicOwner)], null, 403),
        ],
        "deactivate-employee" =>
        [
            new(card, "the receptionist leaves", With(card, DemoIds.Receptionist), [Bearer(credentials.ClinicOwner)],
                $$"""{"status":"{{EmployeeStatus.Stopped}}","end_date":"2026-03-31"}""", 200),
            new(card, "an owner cannot be dismissed this way", With(card, DemoIds.ClinicOwner), [Bearer(credentials.ClinicOwner)],
                $$"""{"status":"{{EmployeeStatus.EnteredInError}}"}""", 409),
            new(card, "a dismissal needs an end date", With(card, DemoIds.Receptionist), [Bearer(credentials.ClinicOwner)],
                $$"""{"status":"{{EmployeeStatus.Stopped}}"}""", 422),
        ],
        _ => [],
    };
}
