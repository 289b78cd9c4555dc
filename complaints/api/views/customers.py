"""Customers, and their earlier complaints."""

from typing import Any

from django.db.models import Q
from django.http import Http404
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import paging
from complaints.api.bodies import Given, carry_out
from complaints.api.bodies_intake import CustomerBody, customer_of
from complaints.api.doors import Door
from complaints.api.fields import Choice, Measured
from complaints.api.queries import Query, read_query
from complaints.api.schema import changes, listed, reads
from complaints.api.shapes import CustomerOut, each
from complaints.lifecycle import customers
from complaints.models import Complaint, Customer
from complaints.models.customer import phone_key
from complaints.reads.customers import customers_for, show_hints
from complaints.rights import access, duties
from complaints.terms.stages import Outcome, Region, Severity, Stage

TAG = "customers"


class CustomerKeepBody(CustomerBody):
    region = Choice(Region.values)


CustomerKeepBody._declared_fields.pop("id")


class KeptCustomerOut(CustomerOut):
    version = serializers.IntegerField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


class CustomerQuery(Query):
    q = Measured(max_length=120, required=False, help_text="Part of a name.")
    phone = Measured(max_length=40, required=False, help_text="The whole number.")
    email = Measured(max_length=254, required=False)
    external_id = Measured(max_length=120, required=False)


class HistoryOut(serializers.Serializer[Complaint]):
    number = serializers.CharField(read_only=True)
    stage = serializers.ChoiceField(choices=Stage.values, read_only=True)
    severity = serializers.ChoiceField(choices=Severity.values, read_only=True)
    category = serializers.CharField(source="category.code", read_only=True)
    subject = serializers.CharField(read_only=True)
    round = serializers.IntegerField(read_only=True)
    outcome = serializers.ChoiceField(choices=Outcome.values, allow_null=True, read_only=True)
    received_at = serializers.DateTimeField(read_only=True)
    closed_at = serializers.DateTimeField(allow_null=True, read_only=True)


class CustomerDoor(Door):
    roles = duties.READ_CUSTOMERS

    def find(self, pk: int) -> Customer:
        if self.caller.role not in self.roles:  # these roles may not see any customer
            raise Http404("no such customer")
        found = customers_for(self.caller).filter(pk=pk).first()
        if found is None:
            raise Http404("no such customer")
        return found

    def show_customer(self, customer: Customer, code: int = status.HTTP_200_OK) -> Response:
        show_hints(self.caller, [customer])
        return Response(
            KeptCustomerOut(customer).data, status=code, headers={"ETag": f'"{customer.version}"'}
        )


class Customers(CustomerDoor):
    @reads(
        listed(KeptCustomerOut, "Customer"),
        says="Customers whose complaints the caller may see, and those without any.",
        name="customers_list",
        tag=TAG,
        parameters=[CustomerQuery],
        paged=True,
    )
    def get(self, request: Request) -> Response:
        self.require_role()
        asked = read_query(request, CustomerQuery)
        found = customers_for(self.caller)
        if "q" in asked:
            found = found.filter(name__icontains=asked["q"])
        if "phone" in asked:
            key = phone_key(asked["phone"])
            found = found.filter(Q(phone_key=key) if key else Q(pk__in=[]))
        if "email" in asked:
            found = found.filter(email__iexact=asked["email"])
        if "external_id" in asked:
            found = found.filter(external_id=asked["external_id"])
        return paging.answer(request, found, [paging.Part()], self._show)

    def _show(self, rows: list[Customer]) -> list[Any]:
        show_hints(self.caller, rows)
        return each(KeptCustomerOut)(rows)

    @changes(
        CustomerKeepBody,
        {201: KeptCustomerOut},
        says="Create a customer before there is a complaint.",
        name="customers_add",
        versioned=False,
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        return self.once(self._add)

    def _add(self) -> Response:
        given = self.read(CustomerKeepBody)
        made = carry_out(given, lambda: self._create(given))
        return self.show_customer(made, status.HTTP_201_CREATED)

    def _create(self, given: Given) -> Customer:
        data = customer_of(given.values)
        return customers.create(data, region=given["region"] or None, by=self.by, at=self.at)


class OneCustomer(CustomerDoor):
    @reads(KeptCustomerOut, says="The record of a customer.", name="customers_read", tag=TAG)
    def get(self, request: Request, pk: int) -> Response:
        return self.show_customer(self.find(pk))

    @changes(
        CustomerKeepBody,
        {200: KeptCustomerOut},
        says="Correct the record of a customer. Only fields that are sent change.",
        name="customers_edit",
        tag=TAG,
        post=False,
    )
    def patch(self, request: Request, pk: int) -> Response:
        customer, given = self.find(pk), self.read(CustomerKeepBody)
        sent: dict[str, Any] = {
            name: "" if value is None and name == "language" else value
            for name, value in given.only_sent().items()
            if name not in given.errors
        }
        changed = carry_out(
            given, lambda: customers.change(customer, sent, by=self.by, at=self.at, version=self.version)
        )
        return self.show_customer(changed)


class CustomerHistory(CustomerDoor):
    @reads(
        listed(HistoryOut, "History"),
        says="The customer's complaints that the caller may see, newest first.",
        name="customers_history",
        tag=TAG,
        paged=True,
    )
    def get(self, request: Request, pk: int) -> Response:
        seen = access.visible_to(self.caller).filter(customer=self.find(pk)).select_related("category")
        return paging.answer(request, seen, [paging.Part(by="-received_at")], each(HistoryOut))
