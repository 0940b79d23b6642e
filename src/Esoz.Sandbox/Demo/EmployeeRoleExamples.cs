using Esoz.EmployeeRoles;
using Esoz.Platform.Http;
using static Esoz.Sandbox.Demo.DemoExamples;

namespace Esoz.Sandbox.Demo;

/// <summary>Examples of the employee roles.</summary>
internal static class EmployeeRoleExamples
{
    public static IEnumerable<DemoExample> Of(MethodCard card, DemoCredentials credentials, Guid role)
    {
        (string, string)[] owner = [Bearer(credentials.ClinicOwner)];
        // The hospital acts through its MIS: token and key.
        (string, string)[] stranger = [Bearer(credentials.HospitalOwner), ApiKey(credentials.MisKey)];
        if (card == CreateEmployeeRole.Card)
            return
            [
                new(card, "the doctor begins to visit patients of the branch at home", card.Path, owner,
                    Pair(DemoIds.FamilyMedicineAtHomeOfBranch), 201),
                new(card, "the doctor has this role already", card.Path, owner, Pair(DemoIds.FamilyMedicineAtHomeOfBranch), 409),
                new(card, "the role needs a therapist, the employee is a family doctor", card.Path, owner, Pair(DemoIds.Therapy), 422),
            ];
        if (card == GetEmployeeRoles.Card)
            return
            [
                new(card, "the clinic's ACTIVE roles", $"{card.Path}?status=ACTIVE", owner, null, 200),
                new(card, "there is no such status", $"{card.Path}?status=CLOSED", owner, null, 422),
            ];
        if (card == GetEmployeeRole.Card)
            return
            [
                new(card, "a role of the clinic", With(card, DemoIds.InactiveRole), owner, null, 200),
                new(card, "the role is the hospital's", With(card, DemoIds.HospitalRole), owner, null, 403),
            ];
        return
        [
            new(card, "a role of the clinic becomes INACTIVE", With(card, role), owner, null, 200),
            new(card, "the role is INACTIVE already", With(card, DemoIds.InactiveRole), owner, null, 409),
            new(card, "the role is the clinic's; the hospital calls through its MIS", With(card, DemoIds.RoleAtBranch), stranger, null, 403),
        ];
    }

    private static string Pair(Guid healthcareService) =>
        $$"""{"healthcare_service_id":"{{healthcareService}}","employee_id":"{{DemoIds.Doctor}}"}""";
}
